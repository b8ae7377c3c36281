"""MONAI bundles as experts: read as data, checked, kept for the user and run over windows of a volume."""
