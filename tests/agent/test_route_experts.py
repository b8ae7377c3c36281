"""A tool that only demonstrates runs where a setting asks for it, and is spoken of only where it is asked for."""

from __future__ import annotations

import pytest

from bedside.agent.route import experts_for
from bedside.core.card import Accepts, ToolCard
from bedside.core.case import Attachment
from bedside.core.settings import Settings
from bedside.core.study import Modality, StudyInfo
from bedside.tools.contract import refuse_demonstration

DEMO = ToolCard(
    name="demo",
    version="1.0",
    kind="expert",
    title="A demonstration",
    purpose="What would a bad model say?",
    accepts=Accepts(kinds=("image",), modalities=(Modality.MR,)),
    topics=("brain tumour",),
    demonstration=True,
)
REAL = DEMO.model_copy(update={"name": "real", "title": "A tool", "topics": ("brain",), "demonstration": False})


def attached(modality: Modality = Modality.MR) -> Attachment:
    info = StudyInfo(id="A1", kind="image", modality=modality, axes=("row", "column"), shape=(8, 8), sha256="0" * 64)
    return Attachment(id="A1", name="a.dcm", path="a.dcm", sha256="0" * 64, study=info)


@pytest.mark.parametrize(
    ("on", "question", "tools", "codes"),
    [
        (False, "Is there a brain tumour?", ["real"], ["BED-TOOL-063"]),
        (False, "What does this show?", ["real"], []),
        (True, "What does this show?", ["demo", "real"], []),
    ],
)
def test_it_runs_where_it_is_on_and_is_refused_where_it_is_asked_for(
    on: bool, question: str, tools: list[str], codes: list[str]
) -> None:
    calls, refusals = experts_for((DEMO, REAL), question, (attached(),), Settings(demonstrations=on))
    assert [c.tool for c in calls] == tools
    assert [r.code for r in refusals] == codes


def test_a_file_that_it_would_not_take_anyway_gets_no_word_of_it() -> None:
    _, refusals = experts_for((DEMO,), "Is there a brain tumour?", (attached(Modality.CR),), Settings())
    assert [r.code for r in refusals] == ["BED-TOOL-012"]


def test_only_a_demonstration_that_is_off_is_refused() -> None:
    assert refuse_demonstration(REAL, Settings()) is None
    assert refuse_demonstration(DEMO, Settings(demonstrations=True)) is None
    refusal = refuse_demonstration(DEMO, Settings())
    assert refusal is not None and "BEDSIDE_DEMONSTRATIONS" in refusal.do
