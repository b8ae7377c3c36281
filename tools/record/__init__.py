"""A patient's record: FHIR R4 read into problems, medicines, allergies, results and notes, each with its resource."""
