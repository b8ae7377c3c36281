"""Finished runs compared in pairs, and as one page that a clinician reads."""
