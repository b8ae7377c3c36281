"""A domain adapter over frozen sentence vectors: trained on MedQuAD, shipped as one small file, checked on load."""
