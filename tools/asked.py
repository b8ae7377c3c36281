"""Whether a question asks for a tool: it names the tool, or one of the words on its card."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedside.core.card import ToolCard


def asked_for(card: ToolCard, question: str) -> bool:
    """Whether the question names the tool or what it reads; no words at all mean it was called by its name."""
    return not question.strip() or bool(mentions(question.lower(), (card.name.replace("_", " "), *card.topics)))


def mentions(text: str, topics: tuple[str, ...]) -> str:
    """The first topic that the text holds as whole words; "" where it holds none. Both in lower case."""
    return next((topic for topic in topics if _whole_words(topic).search(text)), "")


@lru_cache(maxsize=1024)
def _whole_words(topic: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(topic.lower())}(?!\w)")
