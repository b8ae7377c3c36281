"""Every error Bedside raises: a stable code, what happened, where, and what to do.

One module, so that a code means one thing everywhere. A front end shows `str(error)`; no traceback reaches a user.
"""

from __future__ import annotations


class BedsideError(Exception):
    """The root of every error a user can meet.

    Attributes:
        code: stable identifier, for example ``BED-FILE-001``; listed in ``docs/errors.md``.
        what: one sentence that says what happened.
        do: one sentence that says what to do about it.
    """

    code = "BED-000"

    def __init__(self, what: str, do: str = "", *, code: str | None = None) -> None:
        self.what = what
        self.do = do
        if code is not None:
            self.code = code
        super().__init__(what)

    def __str__(self) -> str:
        return f"[{self.code}] {self.what} {self.do}".rstrip()

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.what, self.do, self.code))


def _rebuild(kind: type[BedsideError], what: str, do: str, code: str) -> BedsideError:
    return kind(what, do, code=code)


class ImageReadError(BedsideError):
    """A file could not be turned into a Study: missing, unreadable, too large, or not what its name says."""

    code = "BED-FILE-001"


class ExportError(BedsideError):
    """A DICOM SEG or SR could not be written over a Study."""

    code = "BED-EXPORT-001"


class QuestionError(BedsideError):
    """The message holds nothing to answer, or more than Bedside reads in one turn."""

    code = "BED-ASK-001"


class ModelUnavailableError(BedsideError):
    """A weight or a model server is not there."""

    code = "BED-MODEL-001"


class ModelOutputError(BedsideError):
    """A model answered, but not in the form it was asked for."""

    code = "BED-MODEL-002"


class WeightError(BedsideError):
    """A weight file could not be had from any source, or its sha256 is not the registered one."""

    code = "BED-WEIGHT-001"


class ToolError(BedsideError):
    """A tool could not be found, registered or run."""

    code = "BED-TOOL-001"


class BundleError(BedsideError):
    """A MONAI bundle is not one, would run code of its own, holds unsafe weights, or asks for what is not built."""

    code = "BED-BUNDLE-001"


class DocumentError(BedsideError):
    """A user's document could not be read: missing, damaged, locked, without text, unsafe or misnamed."""

    code = "BED-DOC-001"


class RecordError(BedsideError):
    """A patient's record cannot be used: not FHIR R4, damaged, of several patients, or its server does not give it."""

    code = "BED-RECORD-001"


class CaseError(BedsideError):
    """A case, or a list of cases, cannot be kept among the similar cases, or is not there."""

    code = "BED-CASE-001"


class KnowledgeError(BedsideError):
    """A guideline file breaks its schema."""

    code = "BED-KNOW-001"


class StoreIndexError(BedsideError):
    """A retrieval index is damaged, or was built from other text."""

    code = "BED-INDEX-001"


class StorageError(BedsideError):
    """The disk is full, the database is locked or damaged, or a folder cannot be written."""

    code = "BED-STORE-001"


class ThreadError(BedsideError):
    """A thread is not there, or belongs to another user."""

    code = "BED-THREAD-001"


class SettingsError(BedsideError):
    """A setting has no legal value."""

    code = "BED-SET-001"


class OfflineError(BedsideError):
    """Something would have left the machine while `offline` is true."""

    code = "BED-NET-001"
