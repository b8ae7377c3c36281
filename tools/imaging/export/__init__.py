"""What a tool leaves for the reader: pictures, masks as NIfTI or PNG, and DICOM SEG and SR over the file's own series.

`write` is all that a tool calls.
"""

from bedside.tools.imaging.export.writing import Written, write

__all__ = ["Written", "write"]
