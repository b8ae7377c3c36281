"""The safety of medicines: what a drug does with the patient's other drugs, allergies, organs and state."""
