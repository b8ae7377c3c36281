"""Types, errors and settings that every other folder stands on."""
