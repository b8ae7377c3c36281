"""The parts of `bedside eval run imaging`: one module an expert, each with its PART."""
