"""French and Spanish for patients, by rule: questions put to English words, and facts said by finding with value.

The table `languages.yaml` was written by hand. What a finding's name does not carry (which side, how long, after what)
is lost; a fact of which something read has no name in the language is said in English, and counted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

from bedside.core.base import Frozen
from bedside.core.case import Fact, FactStatus
from bedside.evals.patients.fact_selecting import DONT_KNOW
from bedside.evals.patients.voice import PRONOUNS
from bedside.knowledge.terms import findings, read_form
from bedside.tools.notes.read import read_facts

Language = Literal["fr", "es"]
_ARTICLE = re.compile(r"^(?:de la |de l'|des |du |une |un |les deux |le |les |la |l')")
# How each status is said and read back; "{}" stands for names of findings, parted by commas.
_WAYS: dict[Language, dict[FactStatus, str]] = {
    "fr": {FactStatus.PRESENT: "J'ai {}.", FactStatus.ABSENT: "Je n'ai pas {}.",
           FactStatus.POSSIBLE: "J'ai peut-être {}.", FactStatus.HISTORICAL: "J'ai eu autrefois {}.",
           FactStatus.FAMILY: "Dans ma famille, il y a {}."},
    "es": {FactStatus.PRESENT: "Tengo {}.", FactStatus.ABSENT: "No tengo {}.", FactStatus.POSSIBLE: "Quizás tengo {}.",
           FactStatus.HISTORICAL: "Antes tuve {}.", FactStatus.FAMILY: "En mi familia hay {}."},
}  # fmt: skip
_BACK = {FactStatus.PRESENT: "{}.", FactStatus.ABSENT: "No {}.", FactStatus.POSSIBLE: "Possible {}.",
         FactStatus.HISTORICAL: "History of {}.", FactStatus.FAMILY: "Family history of {}."}  # fmt: skip
_PERSON = {"fr": ("J'ai {} ans.", "Je suis un homme.", "Je suis une femme."),
           "es": ("Tengo {} años.", "Soy un hombre.", "Soy una mujer.")}  # fmt: skip
_TAKES = {"fr": "Je prends {}.", "es": "Tomo {}."}
_NOT_KNOWN = {"fr": "Je ne sais pas.", "es": "No lo sé."}


class Asks(Frozen):
    """What a question may say in either language, and the English words that ask the same."""

    fr: tuple[str, ...]
    es: tuple[str, ...]
    en: str


class Table(Frozen):
    """The table, as its file explains it."""

    findings: dict[str, tuple[str, str]]
    values: dict[str, tuple[str, str]]
    asks: tuple[Asks, ...]


@lru_cache(maxsize=1)
def table() -> Table:
    """The table, checked; findings that are not held any more are left out.

    Raises:
        KnowledgeError: it breaks its form.
    """
    out = read_form(Path(__file__).with_name("languages.yaml"), Table, "BED-EVAL-002")
    return out.model_copy(update={"findings": {n: row for n, row in out.findings.items() if n in findings()}})


def not_known(language: Language) -> str:
    """What is said where the case does not say."""
    return _NOT_KNOWN[language]


@lru_cache(maxsize=4096)
def to_english(question: str, language: Language) -> str:
    """A question as English words that ask the same; unchanged where no word of the language is known in it."""
    text = question.lower().replace("’", "'")
    named = [
        f"{findings()[name].label}?" for name, words in _nouns(language) if re.search(rf"\b{re.escape(words)}\b", text)
    ]
    asked = [f"{row.en}?" for row in table().asks if re.search("|".join(getattr(row, language)), text)]
    if named:
        asked = [a for a in asked if a not in ("pain?", "belly pain?", "chest pain?")]
    return " ".join((*named, *asked)) or question


@lru_cache(maxsize=16384)
def said_in(text: str, language: Language) -> str | None:
    """A fact by its findings with their values; None where one has no name in the language or nothing was read."""
    facts = read_facts(text, "said")
    said = [(fact, _sentence(fact, language)) for fact in facts]
    known = [fact for fact, words in said if words]
    left = [fact for fact, words in said if words is None and not any(_same_words(fact, k) for k in known)]
    return " ".join(dict.fromkeys(words for _, words in said if words)) if known and not left else None


def _same_words(one: Fact, other: Fact) -> bool:
    """Whether two facts were read from the same words, so that one says what the other does."""
    return one.span.start < other.span.end and other.span.start < one.span.end and one.status is other.status


def back_to_english(text: str, language: Language) -> str:
    """What was said in the language, in English by the same table; what is English already stays."""
    sentences = re.split(r"(?<=[.!?]) +(?=[A-ZÀ-Ý])", text)
    return " ".join(_back(s, language) for s in sentences)


def _sentence(fact: Fact, language: Language) -> str | None:
    """One fact; "" for what is said otherwise, None for what cannot be said."""
    years, man, woman = _PERSON[language]
    if fact.name == "age" and isinstance(fact.value, float):
        return years.format(f"{fact.value:g}") if fact.value >= 2 else None
    if fact.name == "sex":
        if fact.span.text.lower() in PRONOUNS:
            return ""
        return man if str(fact.value).lower() in ("male", "m") else woman
    if fact.name == "medication" and fact.value and fact.status is FactStatus.PRESENT:
        return _TAKES[language].format(fact.value)
    if (label := table().values.get(fact.name)) and fact.status is FactStatus.PRESENT:
        words = label[_index(language)]
        return f"{words} : {fact.as_written.rstrip('.')}." if words else ""
    name = table().findings.get(fact.name)
    if name is None or fact.value is not None:
        return None
    words = name[_index(language)]
    if language == "fr" and fact.status is FactStatus.ABSENT:
        bare = _ARTICLE.sub("", words)
        words = ("d'" if bare[:1] in "aeéèêiîouyhœ" else "de ") + bare
    return _WAYS[language][fact.status].format(words)


def _index(language: Language) -> int:
    return ("fr", "es").index(language)


def _back(sentence: str, language: Language) -> str:
    years, man, woman = _PERSON[language]
    if age := _filled(years, sentence, r"\d+"):
        return f"{age}-year-old."
    if sentence in (man, woman):
        return "I am a man." if sentence == man else "I am a woman."
    if taken := _filled(_TAKES[language], sentence):
        return f"I take {taken}."
    if sentence == _NOT_KNOWN[language]:
        return DONT_KNOW
    label, colon, value = sentence.partition(" : ")
    measured = next((name for name, words in table().values.items() if words[_index(language)] == label), "")
    if colon and measured:
        named = "Blood pressure" if measured == "systolic_bp" else findings()[measured].label
        return f"{named[:1].upper()}{named[1:]} {value}"
    for status, way in sorted(_WAYS[language].items(), key=lambda pair: -len(pair[1])):
        words = _filled(way, sentence)
        if name := _by_words(language).get(_bare(words, language)) if words else None:
            back = _BACK[status].format(findings()[name].label)
            return back[:1].upper() + back[1:]
    return sentence


def _filled(way: str, sentence: str, form: str = ".+") -> str:
    """What a sentence has in the place of "{}"; "" where it is not said that way."""
    found = re.fullmatch(re.escape(way).replace(r"\{\}", f"({form})"), sentence)
    return found[1] if found else ""


@lru_cache(maxsize=2)
def _nouns(language: Language) -> tuple[tuple[str, str], ...]:
    """Findings with their bare names, long ones first."""
    index = _index(language)
    pairs = ((name, _bare(words[index], language)) for name, words in table().findings.items())
    return tuple(sorted(pairs, key=lambda pair: -len(pair[1])))


@lru_cache(maxsize=2)
def _by_words(language: Language) -> dict[str, str]:
    return {words: name for name, words in _nouns(language)}


def _bare(words: str, language: Language) -> str:
    if language == "es":
        return words.lower()
    return re.sub(r"^d(?:e |')", "", _ARTICLE.sub("", words)).lower()
