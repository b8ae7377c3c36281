"""Pictures that go with a question: what experts read on them, and what a core model that sees is shown of them."""

from __future__ import annotations

import io
import logging
import tempfile
import threading
from collections import OrderedDict
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from bedside.agent.attachments import sha256_of
from bedside.agent.look import can_be_shown, picture_of
from bedside.agent.route import experts_for
from bedside.agent.services import Services
from bedside.agent.toolcache import run_kept
from bedside.core.base import Frozen
from bedside.core.case import Attachment, Fact
from bedside.core.errors import BedsideError, ImageReadError
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.imaging.door import open_file

if TYPE_CHECKING:
    from bedside.core.study import Study

log = logging.getLogger("bedside.agent")
# Beside a clinician's threads and never one of them: no thread's name has a stroke.
_THREAD = "evals/pictures"
# Of one picture: each expert's first finding, then the second … More would crowd out the question.
_FINDINGS = 6
# A model sees no more of a larger picture, and a server may refuse it.
_LONGEST_SIDE = 1536
_KEPT = 32

# A picture for a model: its place among those of the question, from 1, and itself as PNG.
Shown = tuple[int, bytes]


class ReadPicture(Frozen):
    """What was made of one picture.

    Attributes:
        place: among those of the question, from 1; the file's own name may tell the answer and is in nothing here.
        title: kind of study and what it looks like to the gate, or why it cannot be read.
        findings: what experts read on it.
        experts: which expert each finding is from.
    """

    place: int
    title: str
    findings: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Itself in words, and each finding, as they support an answer."""
        return (f"Image {self.place}: {self.title}.", *(f"Image {self.place}: {text}" for text in self.findings))


def lines_of(read: tuple[ReadPicture, ...]) -> tuple[str, ...]:
    """All that was read on pictures, as it supports an answer: first on which of several each thing was found."""
    found: dict[str, list[int]] = {}
    for picture in read if len(read) > 1 else ():
        for head in dict.fromkeys(text.partition(":")[0].strip() for text in picture.findings):
            found.setdefault(head, []).append(picture.place)
    together = (
        f"{head}: on {len(places)} of {len(read)} images ({', '.join(map(str, places))})."
        for head, places in found.items()
        if not any(c.isdigit() for c in head)  # a measurement is of one image
    )
    return (*together, *(line for picture in read for line in picture.lines))


class Pictures:
    """The pictures of questions, by the paths of their single files. Safe for threads.

    Args:
        services: whose gate, experts and core model look at them.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._pngs: OrderedDict[str, bytes | None] = OrderedDict()
        # Experts whose weights cannot be had here are asked once.
        self._gone: set[str] = set()

    def read(self, paths: tuple[str, ...], question: str, facts: tuple[Fact, ...] = ()) -> tuple[ReadPicture, ...]:
        """What the experts that accept each of them read; one that cannot be read says so and ends nothing.

        Args:
            paths: of PNG, JPEG, DICOM, NIfTI or other files that the safe door takes alone.
            question: by its words experts are chosen, as in an answer.
            facts: what is known of the patient. The same question and facts are asked of an expert once.
        """
        return tuple(self._read(place, Path(path), question, facts) for place, path in enumerate(paths, 1))

    def shown(self, paths: tuple[str, ...]) -> tuple[Shown, ...]:
        """Each for the core model, of a volume its middle axial slice; none where the model sees none.

        A recording and a file that cannot be read are left out, and the others keep their places.
        """
        if not self._services.sees_images:
            return ()
        pngs = ((place, self._png(Path(path))) for place, path in enumerate(paths, 1))
        return tuple((place, png) for place, png in pngs if png is not None)

    def _png(self, path: Path) -> bytes | None:
        """A picture as PNG, kept by its bytes; None where there is nothing to show."""
        try:
            key = sha256_of((path,))
            with self._lock:
                if key in self._pngs:
                    self._pngs.move_to_end(key)
                    return self._pngs[key]
            study = open_file(path, attachment_id="P", limit_bytes=self._services.settings.bounds.file_bytes)
            png = _as_png(study) if can_be_shown(study.info.kind) else None
        except (BedsideError, OSError) as error:
            log.warning("a picture cannot be shown to the core model (%s)", _code(error))
            return None
        except Exception:
            log.exception("a picture cannot be shown to the core model")
            return None
        with self._lock:
            self._pngs[key] = png
            if len(self._pngs) > _KEPT:
                self._pngs.popitem(last=False)
        return png

    def _read(self, place: int, path: Path, question: str, facts: tuple[Fact, ...]) -> ReadPicture:
        try:
            attachment = Attachment(id=f"P{place}", name=f"image {place}", path=str(path), sha256=sha256_of((path,)))
            study = self._services.study(attachment)
        except (BedsideError, OSError) as error:
            return ReadPicture(place=place, title=f"cannot be read ({_code(error)})")
        except Exception:
            log.exception("a picture cannot be read")
            return ReadPicture(place=place, title="cannot be read")
        attachment = attachment.model_copy(update={"study": study.info})
        results = self._results(attachment, study, question, facts)
        in_turn = (e for row in zip_longest(*(result.evidence for result in results)) for e in row if e is not None)
        found = [(e.statement, e.source.short) for e in in_turn][:_FINDINGS]
        texts, experts = tuple(text for text, _ in found), tuple(expert for _, expert in found)
        return ReadPicture(place=place, title=study.info.title, findings=texts, experts=experts)

    def _results(
        self, attachment: Attachment, study: Study, question: str, facts: tuple[Fact, ...]
    ) -> list[ToolResult]:
        services = self._services
        calls, _ = experts_for(services.toolbox.cards(), question, (attachment,), services.settings)
        request = ToolRequest(
            question=question,
            facts=facts,
            study=study,
            attachment=attachment.id,
            output=services.settings.output / _THREAD,
        )
        return [self._asked(call.tool, request) for call in calls if call.tool not in self._gone]

    def _asked(self, name: str, request: ToolRequest) -> ToolResult:
        """What an expert says; a fault of it is logged, and the others go on, as in an answer."""
        code = ""
        try:
            result = run_kept(self._services.toolbox.get(name), request, self._services.cache, _THREAD)
            code = result.refusal.code if result.refusal is not None else ""
        except BedsideError as error:
            result, code = ToolResult(tool=name, version=""), error.code
            log.warning("%s did not read a picture: %s", name, error)
        except Exception:
            result = ToolResult(tool=name, version="")
            log.exception("tool %s failed on a picture", name)
        if code.startswith("BED-WEIGHT-"):
            self._gone.add(name)
            log.warning("%s is left out from here on: its weights are not there (%s)", name, code)
        return result


def _as_png(study: Study) -> bytes:
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder, Image.open(picture_of(study, Path(folder) / "shown.png")) as picture:
        picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        encoded = io.BytesIO()
        picture.save(encoded, format="PNG")
    return encoded.getvalue()


def _code(error: Exception) -> str:
    return error.code if isinstance(error, BedsideError) else ImageReadError.code
