"""Similar cases: pictures that the user has added with their labels, found again by how they look. Never proof."""
