"""The one place where an expert is started: its card, the tags and the pixels decide first whether it may read a Study.

Card and tags refuse as ever. Then the pixels: what surely looks like another kind of study than the card accepts is
refused, and so is a picture without tags that is surely no medical one, whatever anybody says of it. Where the pixels
are unsure, tags that fit the card are believed, and so is the caller's word, with a note; without either it is refused.
What looks right but unlike the pictures that were learnt, as a film of another hospital may, is read with a note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside.core.answer import Refusal
from bedside.core.appearance import Appearance
from bedside.core.study import Modality
from bedside.tools.asked import asked_for
from bedside.tools.contract import Gate, ToolResult, refuse_study
from bedside.tools.gate.classes import BY_NAME, PictureClass, read_by
from bedside.tools.gate.sight import KINDS

if TYPE_CHECKING:
    from bedside.core.card import ToolCard
    from bedside.core.study import StudyInfo
    from bedside.tools.contract import Tool, ToolRequest

SURE = 0.9


def run_gated(tool: Tool, request: ToolRequest) -> ToolResult:
    """Runs a tool, an expert only where the gate admits the Study, which has been looked at where it was opened.

    Returns:
        What the tool returns, with the gate's notes among the limits of its evidence; or the gate's refusal.
    """
    card = tool.card
    if card.kind != "expert" or request.study is None or request.study.info.kind not in KINDS:
        return tool.run(request)
    info = request.study.info
    gate, refusal = _verdict(card, info, request.question)
    gate = gate.model_copy(update={"appearance": info.appearance})
    if not gate.accepted:
        return ToolResult(tool=card.name, version=card.version, refusal=refusal, gate=gate)
    return _noted(tool.run(request), gate)


def refuse(card: ToolCard, info: StudyInfo | None, question: str = "") -> Refusal | None:
    """The refusal that goes with `admit`, as a user reads it; None where the Study is admitted."""
    return refuse_study(card, None) if info is None else _verdict(card, info, question)[1]


def admit(card: ToolCard, info: StudyInfo, question: str = "") -> Gate:
    """Whether an expert may read a Study, and what the reader must know of that.

    Args:
        card: of an expert.
        info: with its appearance, where the gate has looked.
        question: the caller's word for what the file is; an empty one means that the tool was called by its name.
    """
    return _verdict(card, info, question)[0]


def _verdict(card: ToolCard, info: StudyInfo, question: str) -> tuple[Gate, Refusal | None]:
    """What `admit` and `refuse` say; the refusal is None exactly where the gate accepts."""
    refusal = refuse_study(card, info)
    if refusal is not None:
        return Gate(accepted=False, basis="card", why=refusal.why), refusal
    gate = _by_pixels(card, info, question)
    return gate, None if gate.accepted else _refused(card, gate)


def _by_pixels(card: ToolCard, info: StudyInfo, question: str) -> Gate:
    """What the pixels say of a Study that the card accepts, and where they are unsure the tags and the question."""
    looks = info.appearance
    if looks is None or not card.accepts.modalities:
        return Gate(accepted=True, basis="card")
    wanted = read_by(card.accepts)
    one = BY_NAME[looks.name]
    if one in wanted and looks.familiar:
        return Gate(accepted=True, basis="content", notes=_disagreement(looks))
    # A volume without tags is a scan whatever it looks like: NIfTI and NRRD hold nothing else.
    tagged = info.modality is not Modality.UNKNOWN
    scan = tagged or info.kind == "volume"
    if one not in wanted and surely(
        one, sure=looks.score >= SURE, familiar=looks.familiar, learnt=bool(wanted), scan=scan
    ):
        tags = f", though its tags say {looks.disagreement}" if looks.disagreement else ""
        return Gate(accepted=False, basis="content", why=f"by its pixels it {looks.line}{tags}")
    vouched = scan or one in wanted or not wanted
    if not vouched and not asked_for(card, question):
        return Gate(accepted=False, basis="content", why=f"by its pixels it {looks.line}, and nothing says that it is")
    basis = "tags" if tagged else "card" if vouched else "caller's word"
    return Gate(accepted=True, basis=basis, notes=(_doubt(looks, wanted), *_disagreement(looks)))


def surely(one: PictureClass, *, sure: bool, familiar: bool, learnt: bool, scan: bool) -> bool:
    """Whether the pixels alone are reason enough to refuse.

    Args:
        one: the class that it looks like, another than the expert reads.
        sure: whether the score is at least `SURE`.
        familiar: whether it is like the pictures of the class that were learnt.
        learnt: whether the gate has learnt what the expert reads.
        scan: whether tags, or the file being a volume, say that it is a medical picture.
    """
    if not sure:
        return False
    return familiar and (learnt or not scan) if one.read else learnt and not scan


def _doubt(looks: Appearance, wanted: tuple[PictureClass, ...]) -> str:
    if not wanted:
        return f"The gate has not learnt the kind of picture that this tool reads; by its pixels it {looks.line}."
    return f"By its pixels it {looks.line}: look whether it is what it is said to be."


def _disagreement(looks: Appearance) -> tuple[str, ...]:
    if not looks.disagreement:
        return ()
    return (f"Its tags say {looks.disagreement}, but by its pixels it {looks.line}.",)


def _refused(card: ToolCard, gate: Gate) -> Refusal:
    wanted = " or ".join(one.words for one in read_by(card.accepts)) or card.accepts.population or card.title
    return Refusal(
        code="BED-GATE-001",
        subject=card.title,
        why=f"It reads {wanted}, and {gate.why}.",
        do="Attach the right file, if possible as DICOM with its tags.",
    )


def _noted(result: ToolResult, gate: Gate) -> ToolResult:
    """The result with what the gate said: the expert's own gate is kept, and the notes join the limits."""
    own = result.gate
    notes = tuple(dict.fromkeys((*gate.notes, *(own.notes if own else ()))))
    joined = own.model_copy(update={"notes": notes, "appearance": gate.appearance}) if own else gate
    evidence = tuple(
        e.model_copy(update={"limits": tuple(dict.fromkeys((*gate.notes, *e.limits)))}) for e in result.evidence
    )
    return result.model_copy(update={"gate": joined, "evidence": evidence})
