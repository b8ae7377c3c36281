"""What a text asks and what it only tells: in sentences, in notes without "?", several questions at once."""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.knowledge.terms import TERMINOLOGY, load_yaml
from bedside.retrieval.words import words

_SENTENCE = re.compile(r"[^.?!\n]*(?:[.](?=\d)[^.?!\n]*)*[.?!\n]?")
# "?PE" is a possible PE, not the end of a question.
_QUERIED = re.compile(r"(?<!\w)\?(?=\w)")
_LONG = 40
_FRAGMENT = 8
MOST_QUESTIONS = 4

# The words by which the last clause of a note asks, and those by which it tells after all.
_NOTE_ASKS = re.compile(
    r"\b(?:dose|doses|dosing|dosage|how (?:much|long|often|bad|soon|fast)|rx|tx|mx|ix|dispo|abx|antibiotics?|"
    r"treatment|management|what next|what now)\b",
    re.IGNORECASE,
)
_NOTE_TELLS = re.compile(
    r"\b(?:is|are|was|were|has|had|have|on|given|gave|got|started|since|took|taken|takes|taking|finished|completed|"
    r"stopped|received|missed|last|allerg\w*|no|not|nkda|thanks?|thank|please ignore)\b",
    re.IGNORECASE,
)
# A clause that begins so belongs to the one beside it.
_LEANS = re.compile(
    r"^\W*(?:in|for|with|without|if|and|or|but|given|when|after|before|at|on|to|of|from|by|as|is|also|either|then|"
    r"so|because|who|whose|that)\b",
    re.IGNORECASE,
)
_SHORT_ITEM = 5
# "dose?" alone asks about the drug before it.
_HANGS_ON = re.compile(
    r"^\W*(?:and |what |which |at what |the )*"
    r"(?:dos(?:e|es|age|ing)|how (?:much|long|often)|when|route|why|duration)\W*$",
    re.IGNORECASE,
)


def unabbreviated(text: str) -> str:
    """`text` with shorthand written out ("tx", "benpen", "CKD4") and "?PE" as "possible PE"."""
    text = _QUERIED.sub("possible ", text)
    text = re.sub(r"\+ve\b", "positive", re.sub(r"(?<=\s)-ve\b", "negative", text))
    text = re.sub(r"\bCKD\s?-?\s?([1-5][ab]?)\b", r"CKD \1", text, flags=re.IGNORECASE)
    pattern, forms = _shorthand()
    return pattern.sub(lambda match: forms[match.group().lower()], text)


@lru_cache(maxsize=1)
def _shorthand() -> tuple[re.Pattern[str], dict[str, str]]:
    forms: dict[str, str] = load_yaml(TERMINOLOGY / "abbreviations.yaml")["written_out"]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, forms))})\b", re.IGNORECASE), forms


def sentences(text: str) -> list[str]:
    """The sentences of a text and its lines; "?PE" ends none."""
    return [s.strip() for s in _SENTENCE.findall(_QUERIED.sub("possible ", text)) if s.strip()]


def split(text: str) -> tuple[str, str]:
    """The part that asks, and the part that tells.

    Sentences that end in "?" ask, with a fragment of at most eight words after the last of them. Where there is none,
    the last clause asks if it has a word for asking; else a short text asks as a whole, a long one by its last
    sentence.
    """
    parts = sentences(text)
    asking = [i for i, s in enumerate(parts) if s.endswith("?")]
    if asking:
        last = len(parts) - 1
        if asking[-1] < last and asks_as_note(parts[last], after_question=True):
            asking.append(last)
    elif len(parts) > 1 and asks_as_note(parts[-1]):
        asking = [len(parts) - 1]
    else:
        asking = list(range(len(parts))) if len(words(text)) <= _LONG else [len(parts) - 1]
    told = [s for i, s in enumerate(parts) if i not in asking]
    return " ".join(parts[i] for i in asking if i >= 0), " ".join(told)


def asks_as_note(clause: str, after_question: bool = False) -> bool:
    """Whether a clause without "?" asks: a few words, one of them for asking ("adrenaline dose", "rx").

    Args:
        clause: one sentence or the end of one.
        after_question: it follows a question, and needs no word for asking.
    """
    if len(words(clause)) > _FRAGMENT:
        return False
    if after_question and _NOTE_ASKS.match(clause):
        return True
    if _NOTE_TELLS.search(clause):
        return False
    if _NOTE_ASKS.search(clause):
        return True
    return after_question and not re.search(r"\d", clause)


def questions_in(asked: str) -> tuple[str, ...]:
    """The questions of a text that asks, each by itself; at most four, what is over stays with the fourth.

    "O2 target, NIV? steroids dose?" is three; "add hydrocortisone? dose?" is one, for "dose?" hangs on what it follows.
    """
    out: list[str] = []
    for sentence in (s.strip() for s in _SENTENCE.findall(_QUERIED.sub("possible ", asked))):
        if not words(sentence):
            continue
        for item in _items(sentence):
            if out and _HANGS_ON.match(item):
                out[-1] = f"{out[-1]} {item}"
            else:
                out.append(item)
    kept = out[: MOST_QUESTIONS - 1]
    rest = out[MOST_QUESTIONS - 1 :]
    return (*kept, " ".join(rest)) if rest else tuple(kept)


def _items(sentence: str) -> list[str]:
    """A sentence that lists short questions, taken apart; any other sentence whole."""
    items = [item.strip() for item in sentence.rstrip("?. ").split(",")]
    lists = len(items) > 1 and all(
        0 < len(words(i)) <= _SHORT_ITEM and not re.search(r"(?<![A-Za-z])\d", i) and not _LEANS.match(i) for i in items
    )
    if not lists:
        return [sentence if sentence.endswith("?") else f"{sentence.rstrip('.! ')}?"]
    return [f"{item}?" for item in items]
