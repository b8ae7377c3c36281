"""Whether a question asks for a tool: whole words of its card or its name."""

from __future__ import annotations

import pytest

from bedside.core.card import Accepts, ToolCard
from bedside.core.study import Modality
from bedside.tools.asked import asked_for, mentions

CARD = ToolCard(
    name="film_reader",
    version="1",
    kind="expert",
    title="Reader",
    purpose="Reads.",
    accepts=Accepts(kinds=("image",), modalities=(Modality.CR,)),
    topics=("chest film", "cxr"),
)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What does this CXR show?", True),
        ("Run the film reader.", True),
        ("Read the chest film, please", True),
        ("Is the cxrs folder full?", False),
        ("What does this show?", False),
        (" ", True),
    ],
)
def test_a_question_asks_for_a_tool_by_whole_words(question, asked):
    assert asked_for(CARD, question) is asked


def test_the_first_of_several_topics_is_told():
    assert mentions("an effusion on the cxr", ("cxr", "effusion")) == "cxr"
