"""Shows an image to a core model that can see; what it says is its opinion, marked as such, and never proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from bedside.agent.models.decide import decide
from bedside.agent.models.vision import image_block
from bedside.agent.prompts import prompt
from bedside.core.card import Accepts, ToolCard
from bedside.core.evidence import Evidence, EvidenceKind, Region, Source
from bedside.tools.contract import ToolRequest, ToolResult, refuse_study

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from bedside.core.study import Study

LOOK = "core_model_look"
KINDS = ("image", "volume")
LIMIT = "A general model's description of a picture: not a reading, and proof of nothing."
_TOKENS = 160
_AXIAL = 2


class Seen(BaseModel):
    """What the model is asked for."""

    description: str = Field(max_length=500)


def can_be_shown(study_kind: str) -> bool:
    """Whether a Study can be put before a model as a picture."""
    return study_kind in KINDS


class CoreModelLook:
    """The core model's eyes as a Tool: it takes an image, or the middle axial slice of a volume."""

    card = ToolCard(
        name=LOOK,
        version="1.0",
        kind="expert",
        title="What the core model sees",
        purpose="What does a general vision-language model see on this picture?",
        accepts=Accepts(kinds=KINDS),
        limits=(LIMIT,),
    )

    def __init__(self, model: BaseChatModel, name: str) -> None:
        self._model = model
        self._name = name

    def run(self, request: ToolRequest) -> ToolResult:
        """One Evidence of kind model_opinion.

        Raises:
            ModelOutputError: the model did not answer in the form it was asked for.
            ModelUnavailableError: it is not there.
        """
        from langchain_core.messages import HumanMessage

        study = request.study
        if study is None:
            return ToolResult(tool=LOOK, version=self.card.version, refusal=refuse_study(self.card, None))
        picture = picture_of(study, request.output / f"{study.info.id}-{study.info.sha256[:8]}-shown.png")
        text = prompt("look").format(question=request.question)
        message = HumanMessage(content=[{"type": "text", "text": text}, image_block(picture.read_bytes())])
        seen = decide(self._model, [message], Seen, max_tokens=_TOKENS)
        evidence = Evidence(
            kind=EvidenceKind.MODEL_OPINION,
            statement=f"Opinion of the core model, checked by no tool: {seen.description.strip()}",
            source=Source(type="core model", id=self._name, title=self.card.title),
            region=Region(study=study.info.id, overlay_path=str(picture)),
            limits=(LIMIT,),
            input_hash=study.info.sha256,
        )
        return ToolResult(tool=LOOK, version=self.card.version, evidence=(evidence,))


def picture_of(study: Study, path: Path) -> Path:
    """The Study as PNG in its window: (row, column) images, the middle axial slice of (R, A, S) volumes."""
    from bedside.tools.imaging.display import shown
    from bedside.tools.imaging.render import save_image, save_slice

    if study.info.kind == "image":
        return save_image(study.array if study.array.ndim == 3 else shown(study), path)
    spacing = study.info.spacing or (1.0, 1.0, 1.0)
    return save_slice(shown(study), spacing, _AXIAL, study.array.shape[_AXIAL] // 2, path)
