"""One evaluation a file; each is found by name with `bedside eval list`."""
