"""The user's cases: one store for each kind of picture, and one secret behind their pseudonyms."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple

from bedside.core.errors import CaseError
from bedside.core.places import cases_folder
from bedside.core.settings import Settings
from bedside.core.study import Study
from bedside.tools.similar.embed2d import PictureEmbedder
from bedside.tools.similar.embed_ct import ChestCtEmbedder
from bedside.tools.similar.layout import FILE
from bedside.tools.similar.nouns import Case, Lookup, StudyEmbedder, shortened
from bedside.tools.similar.pseudonyms import DIGITS, Pseudonyms, digest_of
from bedside.tools.similar.store import CaseStore
from bedside.tools.similar.thumbnail import thumbnail


class Shelf(NamedTuple):
    """One store: the folder it is in, and what embeds its pictures."""

    name: str
    embedder: Callable[[Settings], StudyEmbedder]


SHELVES = (Shelf("pictures", PictureEmbedder), Shelf("chest-ct", ChestCtEmbedder))


def holds_cases(settings: Settings) -> bool:
    """Whether cases were ever added, told without opening anything."""
    folder = cases_folder(settings)
    return any((folder / shelf.name / FILE).is_file() for shelf in SHELVES)


class Cases:
    """All cases of one user. Opens a store and loads a network when they are first needed. Safe for threads.

    Args:
        settings: `home` and `user` say where they are.
        shelves: the stores; None for all there are.
    """

    def __init__(self, settings: Settings, shelves: tuple[Shelf, ...] | None = None) -> None:
        self._folder = cases_folder(settings)
        self._shelves = {shelf.name: shelf.embedder(settings) for shelf in shelves or SHELVES}
        self._pseudonyms = Pseudonyms(self._folder)
        self._open: dict[str, CaseStore] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Cases:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, study: Study, patient: str, label: str, report: str = "", added: str = "") -> str:
        """Takes one picture in.

        Args:
            study: as the door gives it.
            patient: the patient's identifier; only its pseudonym is kept.
            label: what the picture shows, in a few words.
            report: more words.
            added: when, ISO 8601 in UTC.

        Returns:
            "added", "unchanged", or "replaced" where it was held with another label or report.

        Raises:
            CaseError: the picture is of a kind that is not compared, has text burned into it, is tagged as another
                patient's, or is held under another patient.
            WeightError: the network that embeds it cannot be had.
            StorageError: the disk is full, or the store is locked or damaged.
        """
        name = self._shelf_of(study)
        digest = digest_of(patient)
        if "burned-in text" in study.info.flags:
            raise _unusable("text is burned into it, which may name the patient")
        if study.patient and study.patient != digest:
            raise CaseError(
                "The file is tagged as another patient's than the list says.",
                "Correct the list, or the file.",
                code="BED-CASE-005",
            )
        self._pseudonyms.make()
        case = Case(
            patient=self._pseudonyms.of_patient(digest),
            picture=self._pseudonyms.of_picture(study.info.sha256),
            label=label,
            report=report,
            title=study.info.title,
            added=added,
        )
        store = self._store(name)
        if store.holds(case):
            return "unchanged"
        return store.add(case, thumbnail(study), self._shelves[name].encode(study))

    def finish(self) -> None:
        """Writes the indexes after adding, and erases what replaced cases have left."""
        for store in self._stores():
            store.finish()

    def search(self, study: Study, count: int, patient: str = "") -> Lookup:
        """The cases of other patients that look most like a picture.

        Args:
            study: as the door gives it; its tag says whose it is, else that the very same file is held does.
            count: how many at most.
            patient: whose it is, where the user says so.

        Raises:
            CaseError: the picture is of a kind that is not compared.
            WeightError: the network that embeds it cannot be had.
            StorageError: the store is locked or damaged.
        """
        name = self._shelf_of(study)
        if not self._there(name):
            return Lookup()
        store = self._store(name)
        if not len(store):
            return Lookup()
        whose = self._pseudonyms.of_patient(digest_of(patient) or study.patient)
        whose = whose or store.patient_of(self._pseudonyms.of_picture(study.info.sha256))
        return store.search(self._shelves[name].encode(study), count, whose)

    def cases(self) -> tuple[Case, ...]:
        """Everything held."""
        return tuple(case for store in self._stores() for case in store.cases())

    def remove(self, patient: str) -> int:
        """Removes every case of a patient and every trace of them; gives how many there were.

        Args:
            patient: the identifier; or a pseudonym, or its first eight digits, as `cases` shows them.

        Raises:
            CaseError: none is held of that patient, or the digits are those of several.
            StorageError: they are removed, but another program that reads delays the erasing.
        """
        wanted = self._pseudonyms.of_patient(digest_of(patient)) if self._pseudonyms.made else ""
        held = {case.patient for case in self.cases()}
        if wanted not in held:
            given = patient.strip().lower()
            fitting = {one for one in held if given in (one, shortened(one))}
            if len(fitting) != 1:
                raise _no_such_patient(len(fitting))
            wanted = fitting.pop()
        return sum(store.remove(wanted) for store in self._stores())

    def verify(self) -> list[str]:
        """Everything that is not as it was written, in words; empty where all is sound."""
        return [problem for store in self._stores() for problem in store.verify()]

    def close(self) -> None:
        """Closes the files."""
        with self._lock:
            for store in self._open.values():
                store.close()
            self._open.clear()

    def _shelf_of(self, study: Study) -> str:
        reasons = {name: embedder.refuses(study.info) for name, embedder in self._shelves.items()}
        fitting = [name for name, reason in reasons.items() if not reason]
        if not fitting:
            raise _unusable("; ".join(reasons.values()))
        return fitting[0]

    def _there(self, name: str) -> bool:
        return (self._folder / name / FILE).is_file()

    def _stores(self) -> list[CaseStore]:
        return [self._store(name) for name in self._shelves if self._there(name)]

    def _store(self, name: str) -> CaseStore:
        with self._lock:
            if name not in self._open:
                if self._there(name) and not self._pseudonyms.made:
                    raise CaseError(
                        f"The secret behind the pseudonyms is not in {self._folder}.",
                        "Restore the file `salt`, or move the folder away and add the cases again.",
                        code="BED-CASE-006",
                    )
                fingerprint = self._pseudonyms.fingerprint
                self._open[name] = CaseStore(self._folder / name, self._shelves[name], fingerprint)
            return self._open[name]


def _unusable(why: str) -> CaseError:
    return CaseError(
        f"This picture cannot be compared: {why}.",
        "Give an X-ray, photograph or other image without text in it, or a CT of the chest.",
        code="BED-CASE-003",
    )


def _no_such_patient(several: int) -> CaseError:
    why = f"{several} patients' pseudonyms begin like this" if several else "No case is held of that patient"
    return CaseError(
        f"{why}.", f"`bedside cases list` shows the pseudonyms in full ({DIGITS} digits).", code="BED-CASE-007"
    )
