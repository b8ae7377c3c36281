"""Simulated patients: cases, what a doctor may do, who answers, and the dialogue between them."""
