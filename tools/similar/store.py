"""A store of cases that one network has embedded: SQLite is the truth, a FAISS index follows it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import numpy as np

from bedside.core.errors import CaseError, StorageError
from bedside.retrieval.corpus import erasing, writing
from bedside.retrieval.corpus.database import Database, set_meta, whole
from bedside.retrieval.corpus.records import Ints, to_blobs
from bedside.retrieval.corpus.rows import count_rows, rows_after, vectors_of
from bedside.retrieval.corpus.synced import SyncedIndex
from bedside.retrieval.vectors import Floats
from bedside.tools.similar.layout import CASES, COLUMNS, case_of, insert
from bedside.tools.similar.nouns import Case, Lookup, SimilarCase, StudyEmbedder
from bedside.tools.similar.verify import problems

# Networks give all pictures much the same direction; less the mean case, what tells them apart is left. Of a few cases
# the mean is mostly one of them.
CENTRED_FROM = 20
_CANDIDATES = 512
_BY_PICTURE = "SELECT patient, label, report FROM cases WHERE picture = ?"


class CaseStore:
    """The cases in one folder, open in as many processes as like. Safe for threads.

    Args:
        folder: made if need be.
        embedder: the one that the store was made with.
        fingerprint: of the secret behind the pseudonyms.

    Raises:
        StorageError: the folder cannot be used, the file is damaged, or it was made with another embedder.
        CaseError: its pseudonyms were made with another secret.
    """

    def __init__(self, folder: Path, embedder: StudyEmbedder, fingerprint: str) -> None:
        self._database = Database(folder, CASES)
        self._folder = folder / "index"
        self._index = SyncedIndex(self._database, self._folder)
        self._embedder = embedder
        self._fingerprint = fingerprint
        self._mean: tuple[tuple[int, int], Floats] | None = None
        with self._closing_on_error():
            held = self._database.meta("embedder")
            if held and held != embedder.identity:
                raise writing.other_embedder(held, embedder.identity)
            if self._database.meta("secret") not in ("", fingerprint):
                raise CaseError(
                    f"The pseudonyms in {folder} were made with another secret than the one beside it.",
                    "Restore the file `salt` that belongs to it, or move the folder away and add the cases again.",
                    code="BED-CASE-006",
                )
            if self._database.meta("unpurged"):
                erasing.erase_the_rest(self._database, self._index)

    def __enter__(self) -> CaseStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return count_rows(self._database)

    def holds(self, case: Case) -> bool:
        """Whether that very picture is held with that label and report.

        Raises:
            CaseError: it is held under another patient.
        """
        with self._database.reading() as db:
            return self._held(db.execute(_BY_PICTURE, (case.picture,)).fetchone(), case)

    def add(self, case: Case, thumbnail: bytes, vector: Floats) -> str:
        """Takes one case in, whole or not at all.

        Args:
            case: with pseudonyms.
            thumbnail: PNG.
            vector: (D,) float32 unit vector.

        Returns:
            "added", "unchanged", or "replaced" where that picture was held with another label or report.

        Raises:
            CaseError: the picture is held under another patient.
            StorageError: the disk is full, or the file is locked or damaged.
        """
        with self._database.writing() as db:
            writing.agree(db, self._embedder.identity, len(vector))
            set_meta(db, "secret", self._fingerprint)
            row = db.execute(_BY_PICTURE, (case.picture,)).fetchone()
            if self._held(row, case):
                return "unchanged"
            if row is not None:
                self._delete(db, "picture = ?", case.picture)
            insert(db, case, thumbnail, to_blobs(vector[None])[0])
            return "added" if row is None else "replaced"

    def finish(self) -> None:
        """Writes the index, and erases what replaced cases have left."""
        if self._database.meta("unpurged"):
            erasing.erase(self._database, self._index)
        self._index.save()

    def remove(self, patient: str) -> int:
        """Removes a patient's cases, and every trace of them from every file; gives how many there were.

        Args:
            patient: a pseudonym.

        Raises:
            StorageError: they are removed, but another process that reads delays the erasing.
        """
        with self._database.writing() as db:
            removed = self._delete(db, "patient = ?", patient)
        if removed:
            self._mean = None
            erasing.erase_or_say(self._database, self._index)
        return removed

    def cases(self) -> tuple[Case, ...]:
        """What is held, in the order of adding."""
        with self._database.reading() as db:
            rows = db.execute(f"SELECT {COLUMNS} FROM cases ORDER BY row").fetchall()  # noqa: S608
        return tuple(case_of(row, self._database.path)[0] for row in rows)

    def patient_of(self, picture: str) -> str:
        """Whose picture it is, where that very file is held; "" where it is not."""
        with self._database.reading() as db:
            row = db.execute(_BY_PICTURE, (picture,)).fetchone()
        return str(row[0]) if row else ""

    def search(self, vector: Floats, count: int, patient: str = "") -> Lookup:
        """The cases that look most like a picture, one of each patient.

        Args:
            vector: (D,) float32 unit vector.
            count: how many at most.
            patient: whose cases are left out; "" where it is not known.

        Raises:
            StorageError: the file is damaged or locked.
        """
        with self._database.lock:
            index = self._index.fresh()
            with self._database.snapshot():  # what another process removes meanwhile is still there to be read
                held, allowed = count_rows(self._database), self._others(patient)
                ranked: list[tuple[int, float]] = []
                if index is not None and len(allowed):
                    rows, _ = index.search(vector, _CANDIDATES, allowed)
                    ranked = self._ranked(vector, rows, held)
                found = self._nearest(ranked, count)
            return Lookup(
                found=found,
                same_patient=held - len(allowed),
                patient_known=bool(patient),
                held=held,
                centred=held >= CENTRED_FROM,
            )

    def verify(self) -> list[str]:
        """Everything that is not as it was written, in words; empty for a sound store. Reads all of it."""
        return problems(self._database, self._index, self._folder)

    def close(self) -> None:
        """Closes the files."""
        self._index.close()
        self._database.close()

    def _others(self, patient: str) -> Ints:
        """The rows of all other patients, ascending."""
        with self._database.reading() as db:
            rows = db.execute("SELECT row FROM cases WHERE patient <> ? ORDER BY row", (patient,)).fetchall()
        return np.array(rows, dtype=np.int64).reshape(-1)

    def _ranked(self, vector: Floats, rows: Ints, held: int) -> list[tuple[int, float]]:
        """The candidates by their exact cosine, best first; less the mean case where there are enough."""
        exact, asked = vectors_of(self._database, rows, len(vector)), vector
        if held >= CENTRED_FROM:
            mean = self._mean_case(len(vector))
            exact, asked = exact - mean, asked - mean
        lengths = np.linalg.norm(exact, axis=1) * max(float(np.linalg.norm(asked)), 1e-12)
        cosines = exact @ asked / np.maximum(lengths, 1e-12)
        return [(int(rows[at]), float(cosines[at])) for at in np.argsort(-cosines, kind="stable")]

    def _nearest(self, ranked: list[tuple[int, float]], count: int) -> tuple[SimilarCase, ...]:
        found: dict[str, SimilarCase] = {}
        with self._database.reading() as db:
            for row, cosine in ranked:
                if len(found) >= count:
                    break
                held = db.execute(f"SELECT {COLUMNS} FROM cases WHERE row = ?", (row,)).fetchone()  # noqa: S608
                case, thumbnail = case_of(held, self._database.path)
                if case.patient not in found:
                    found[case.patient] = SimilarCase(case=case, similarity=round(cosine, 4), thumbnail=thumbnail)
        return tuple(found.values())

    def _mean_case(self, width: int) -> Floats:
        """The mean of all vectors, (D,) float32; made again when what is held has changed, and never written."""
        state = self._database.state()
        if self._mean is None or self._mean[0] != state:
            total, last, count = np.zeros(width, dtype=np.float64), 0, 0
            rows, vectors = rows_after(self._database, last, width)
            while len(rows):
                total += vectors.sum(axis=0, dtype=np.float64)
                last, count = int(rows[-1]), count + len(rows)
                rows, vectors = rows_after(self._database, last, width)
            self._mean = (state, (total / max(1, count)).astype(np.float32))
        return self._mean[1]

    def _held(self, row: tuple[str, str, str] | None, case: Case) -> bool:
        if row is None:
            return False
        if row[0] != case.patient:
            raise CaseError(
                f"That very picture is held already, of another patient ({row[0][:8]}).",
                "Check which of the two is right; remove the other patient's cases if it is this one.",
                code="BED-CASE-004",
            )
        return (row[1], row[2]) == (case.label, case.report)

    def _delete(self, db: sqlite3.Connection, where: str, value: str) -> int:
        rows = [row for (row,) in db.execute(f"SELECT row FROM cases WHERE {where}", (value,))]  # noqa: S608
        if rows:
            for row in rows:
                db.execute("DELETE FROM vectors WHERE row = ?", (row,))
                db.execute("DELETE FROM cases WHERE row = ?", (row,))
            removals = db.execute("SELECT value FROM meta WHERE key = 'removals'").fetchone()[0]
            set_meta(db, "removals", str(whole(removals, self._database.path) + 1))
            set_meta(db, "unpurged", "1")
        return len(rows)

    @contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except (StorageError, CaseError):
            self._database.close()
            raise
