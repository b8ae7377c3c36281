"""Pseudonyms: a patient's identifier and a file's hash under a secret that never leaves this folder.

HMAC-SHA256 (RFC 2104): without the secret a pseudonym cannot be tried against a list of hospital numbers, and two
installations give one patient two pseudonyms.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from bedside.core.errors import CaseError, StorageError

FILE = "salt"
DIGITS = 32
_BYTES = 32


def digest_of(identifier: str) -> str:
    """The sha256 of a patient's identifier, as `Study.patient` has it; "" of none. Spaces around it do not count."""
    plain = identifier.strip()
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest() if plain else ""


class Pseudonyms:
    """The pseudonyms of one folder of cases.

    Args:
        folder: holds the secret, which is made with the first case.

    Raises:
        CaseError: the secret is damaged, or cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._secret = self._read()

    @property
    def made(self) -> bool:
        """Whether there is a secret."""
        return bool(self._secret)

    def make(self) -> None:
        """Makes the secret, unless it is there; of two processes one makes it and both read it.

        Raises:
            StorageError: the folder cannot be written.
        """
        if self._secret:
            return
        secret = secrets.token_bytes(_BYTES)
        part = self._path.with_name(f"{FILE}.{os.getpid()}.part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
                stream.write(f"{secret.hex()} {_check(secret)}\n")
                stream.flush()
                os.fsync(stream.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(part, self._path)
            part.unlink()
        except OSError as error:
            raise StorageError(
                f"The folder {self._path.parent} cannot be written ({error.strerror}).",
                "Make it writable, or set BEDSIDE_HOME to a folder that is.",
            ) from error
        self._secret = self._read()

    @property
    def fingerprint(self) -> str:
        """What tells this secret from another without giving it away."""
        return self._keyed("secret", "")

    def of_patient(self, digest: str) -> str:
        """The pseudonym of a patient from `digest_of` the identifier; "" of ""."""
        return self._keyed("patient", digest) if digest else ""

    def of_picture(self, sha256: str) -> str:
        """The pseudonym of a file from its sha256."""
        return self._keyed("picture", sha256)

    def _keyed(self, what: str, value: str) -> str:
        return hmac.new(self._secret, f"{what}\0{value}".encode(), hashlib.sha256).hexdigest()[:DIGITS]

    def _read(self) -> bytes:
        try:
            text = self._path.read_text(encoding="ascii").split()
            secret = bytes.fromhex(text[0])
            sound = len(text) == 2 and len(secret) == _BYTES and text[1] == _check(secret)
        except FileNotFoundError:
            return b""
        except (OSError, ValueError, IndexError):
            sound, secret = False, b""
        if not sound:
            raise CaseError(
                f"The secret behind the pseudonyms, {self._path}, is damaged or cannot be read.",
                "Restore a copy; without it no patient's cases can be found by identifier. Else move the folder "
                "away and add the cases again.",
                code="BED-CASE-006",
            )
        return secret


def _check(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()[:16]
