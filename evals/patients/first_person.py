"""A sentence about a patient as the patient says it, by template; None where no template is sure."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from bedside.core.base import Frozen
from bedside.knowledge.terms import read_form

_SUBJECT = re.compile(
    r"^(?:(?:the|this) )?(?:patient|he|she|man|woman|boy|girl)(?: (?:also|currently|typically|additionally))? ", re.I
)
_ARRIVES = re.compile(
    r"^(?:an?|the) ((?:previously healthy )?\d+[- ]year[- ]old [^,.]*?\b(?:man|woman|male|female|boy|girl))"
    r"(?: is| was)? (presents?|comes?|presented|came|brought|presenting) (to .*)$", re.I,
)  # fmt: skip
_OWN = re.compile(r"^(?:the patient['’]s|patient['’]s|his|her) ", re.I)
_PRONOUN = re.compile(r"\b(?:he|she|him|his|her|hers|himself|herself)\b", re.I)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|cannot|reports?|denies|shows?|began|started|worsens?|improves?"
    r"|appears?|works?|lives?|takes?|smokes?|drinks?|feels?|noticed|increased|lasts?|occurs?|attends?|enrolled"
    r"|\w+ed by)\b",
    re.I,
)
_REPORTS = re.compile(
    r"(?:reports|mentions|admits to|describes|recalls|notes) (noticing|being|having|feeling|using|taking) (.*)", re.I
)
_TO_ME = re.compile(
    r"\bher\b(?=\s*(?:$|[.,;)]|(?:to|and|in|at|on|for|with|from|that|if|when|as|while|because|up|down)\b))"
)
_GERUND = re.compile(r"^(?:any )?(?!vomiting|bleeding|swelling|itching|wheezing|tingling|sweating|bruising|burning"
                     r"|cramping|coughing)\w+ing\b", re.I)  # fmt: skip


_DOING = {"noticing": "noticed", "being": "am", "having": "have", "feeling": "feel", "using": "use", "taking": "take"}


class Voice(Frozen):
    """The table `voice.yaml`, as its file explains it."""

    verbs: dict[str, str]
    has: tuple[str, ...]
    past: tuple[str, ...]
    found: tuple[str, ...]
    people: tuple[str, ...]
    plain: dict[str, str]


@lru_cache(maxsize=1)
def voice() -> Voice:
    """The table, checked.

    Raises:
        KnowledgeError: it breaks its form.
    """
    return read_form(Path(__file__).with_name("voice.yaml"), Voice, "BED-EVAL-002")


def in_first_person(text: str, section: str, words: Voice) -> str | None:
    """The sentence in the first person; None where no template is sure.

    Args:
        text: a sentence or a phrase about the patient.
        section: of the case; phrases without a verb are what the patient has only where it is "symptoms".
        words: the table of verbs.
    """
    text = " ".join(text.split()).rstrip(". ")
    if not text or of_others(text, words):
        return None
    if lead := re.match(r"(additionally|recently|currently|also|otherwise|now|previously), ", text, re.I):
        rest = in_first_person(text[lead.end() :], section, words)
        return lead[0] + (rest if rest.startswith("I ") else _lower(rest)) if rest else None
    if found := _ARRIVES.match(text):
        rest = _mine(found[3], words)
        came = "I was brought" if "brought" in found[2] else "I came"
        return f"I am a {found[1]} and {came} {rest}." if rest else None
    if re.fullmatch(r"\d+[- ]year[- ]old .*(?:man|woman|male|female|boy|girl)", text, re.I):
        return f"I am a {text}."
    if found := _OWN.match(text):
        rest = _mine(text[found.end() :], words)
        return f"My {rest}." if rest else None
    subject = _SUBJECT.match(text)
    if subject is None and not _verb(text, words):
        return _phrase(text, section)
    if (said := _clauses(text[subject.end() :] if subject else text, words)) is None:
        return None
    return f"{said[:1].upper()}{said[1:]}."


def of_others(text: str, words: Voice) -> bool:
    """Whether a sentence tells what somebody else found or did."""
    return _starts(text, words.found)


def _phrase(text: str, section: str) -> str | None:
    """What the patient has, where a phrase names it."""
    if re.match(r"non-?smoker\b\.?$", text, re.I):
        return "I am a non-smoker."
    if _FINITE.search(text) or section not in ("symptoms", "past"):
        return None
    if found := re.match(r"inability to (.*)", text, re.I):
        return f"I am unable to {found[1]}."
    if re.match(r"(?:not|none|n/?a|previously|up[- ]to[- ]date|born|only|un\w+|well|otherwise|\w{3,}ed)\b", text, re.I):
        return None
    article = "a " if re.match(r"(?:\d+[- ]\w+[- ])?history\b", text, re.I) else ""
    return f"I have {article}{_lower(text)}."


def _clauses(text: str, words: Voice) -> str | None:
    """Clauses that share the subject, one after the other, each with "I"."""
    starts = [0]
    for joint in re.finditer(r"(?:,| and| but|;)(?: and| but)? ", text):
        if _verb(text[joint.end() :], words) and not re.match(r"(?:was|had|did)\b", text[joint.end() :]):
            starts.append(joint.end())
    out, last = "", 0
    for n, start in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else len(text)
        piece = text[start:end]
        link = re.search(r"(?:,| and| but|;)(?: and| but)? $", piece) if end < len(text) else None
        clause = _clause(piece[: link.start()] if link else piece, words)
        if clause is None:
            return None
        out += clause + (link[0] if link else "")
        last = end
    return out if last == len(text) else None


def _clause(text: str, words: Voice) -> str | None:
    """One clause without its subject."""
    if found := _REPORTS.match(text):
        return _with(f"I {_DOING[found[1].lower()]} ", found[2], words)
    if found := re.match(r"(?:presents|comes|presented|is presenting|came) (to .*)", text, re.I):
        return _with("I came ", found[1], words)
    if found := re.match(
        r"((?:frequently|occasionally|also|currently|usually|often|sometimes|regularly) )(\w+) ?(.*)", text
    ):
        rest = _clause(f"{found[2]} {found[3]}".strip(), words)
        return f"I {found[1]}{rest[2:]}" if rest and not rest.startswith(("I have no", "I am")) else rest
    for verb in sorted(words.has, key=len, reverse=True):
        if found := re.match(rf"{verb}\b (?!that\b|how\b|he\b|she\b)(.*)", text, re.I):
            return None if _GERUND.match(found[1]) or found[1].startswith("as ") else _with("I have ", found[1], words)
    if found := re.match(r"(?:denies|denied) (?:any |having |experiencing |an? )*(.*)", text, re.I):
        if re.match(r"(?:that|being|taking|using|feeling)\b", found[1]) or _GERUND.match(found[1]):
            return None
        return _with("I have " if found[1].startswith("no ") else "I have no ", found[1], words)
    if found := re.match(
        r"(?:reports|states|says|notes|mentions|reported|stated) (?:that )?(?:he|she) (.*)", text, re.I
    ):
        return _clause(found[1], words)
    if found := re.match(r"(?:reports|states|says|notes|mentions|reported|stated) that (.*)", text, re.I):
        return _with("", found[1], words)
    verb, _, rest = text.partition(" ")
    low = verb.lower()
    mine = words.verbs.get(low) or (low if low in words.past or re.fullmatch(r"\w{3,}ed", low) else "")
    return _with(f"I {mine} " if rest else f"I {mine}", rest, words) if mine else None


def _with(start: str, rest: str, words: Voice) -> str | None:
    mine = _mine(rest, words)
    return None if mine is None else (start + mine).rstrip()


def _mine(text: str, words: Voice) -> str | None:
    """ "His", "her", "he" and the like turned to the speaker; None where they may mean somebody else."""
    pronouns = [m.start() for m in _PRONOUN.finditer(text)]
    people = [m.start() for m in re.finditer(rf"\b(?:{'|'.join(words.people)})\b", text, re.I)]
    if pronouns and people and pronouns[-1] > people[0]:
        return None
    text = re.sub(r"\bhim\b", "me", _TO_ME.sub("me", text))
    text = re.sub(r"\b(?:himself|herself)\b", "myself", text)
    text = re.sub(r"\b(?:his|her)\b", "my", text)
    out = re.sub(r"\b(?:he|she) (\w+)", lambda m: f"I {_own_verb(m[1], words)}", text)
    return None if _PRONOUN.search(out) or "I ?" in out else out


def _own_verb(verb: str, words: Voice) -> str:
    low = verb.lower()
    return words.verbs.get(low) or (low if low in words.past or low.endswith("ed") else "?")


def _verb(text: str, words: Voice) -> bool:
    """Whether a text begins with a verb of the table, as where the subject is left out."""
    told = ("denies", "denied", "reports that", "states that", "says that", "notes that", "mentions that")
    return _starts(text, (*words.has, *told, *words.verbs, "underwent", "had", "was", "did", "never", "recently"))


def _starts(text: str, words: tuple[str, ...]) -> bool:
    return bool(re.match(rf"(?:{'|'.join(words)})\b", text, re.I))


def _lower(text: str) -> str:
    """Without the capital of its first word, but for names and abbreviations."""
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() or first.endswith(("'s", "’s")) else text[:1].lower() + text[1:]
