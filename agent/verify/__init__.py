"""The gate that every claim passes."""
