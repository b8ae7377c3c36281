from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bedside.core.errors import KnowledgeError
from bedside.knowledge import terms
from bedside.knowledge.terms import convert, finding, findings


@pytest.mark.parametrize(
    ("name", "value", "unit", "canonical"),
    [
        ("urea", 9.1, "mmol/L", 9.1),
        ("urea", 60, "mg/dL", 9.99),
        ("creatinine", 1.8, "mg/dL", 159.156),
        ("temperature", 102, "°F", 38.8889),
        ("haemoglobin", 9.6, "g/dL", 96),
        ("glucose", 180, "mg/dL", 9.9911),
        ("weight", 150, "lb", 68.0389),
        ("height", 1.8, "m", 180),
        ("hba1c", 7.0, "%", 53.006),
        ("platelets", 150000, "/uL", 150),
        ("white_cells", 12.5, "x10^9/L", 12.5),
        ("glucose", 12, "", 12),
        ("glucose", 200, "", 11.1012),
    ],
)
def test_a_unit_becomes_the_canonical_one(name: str, value: float, unit: str, canonical: float) -> None:
    assert convert(name, value, unit) == pytest.approx(canonical, abs=1e-3)


@pytest.mark.parametrize(("name", "value", "unit"), [("glucose", 45, ""), ("urea", 9, "mg/min"), ("bilirubin", 8, "")])
def test_an_unknown_unit_or_an_ambiguous_number_gives_nothing(name: str, value: float, unit: str) -> None:
    assert convert(name, value, unit) is None


def test_every_quantity_has_a_unit_and_a_range_and_its_bare_intervals_stay_inside() -> None:
    for row in findings().values():
        if row.kind != "quantity":
            continue
        assert row.unit and row.range, row.name
        for low, high, factor, offset in row.bare:
            assert row.plausible(low * factor + offset) and row.plausible(high * factor + offset), row.name
        for unit in row.units:
            assert all(re.compile(w) for w in unit.written)


@pytest.fixture
def vocabulary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A vocabulary of one finding; the folder beside it is returned, empty."""
    (tmp_path / "findings").mkdir()
    (tmp_path / "findings.yaml").write_text("cough: {label: cough, kind: presence, terms: [cough]}\n")
    monkeypatch.setattr(terms, "TERMINOLOGY", tmp_path)
    terms.findings.cache_clear()
    yield tmp_path / "findings"
    terms.findings.cache_clear()


def test_the_files_of_the_folder_are_read_too(vocabulary: Path) -> None:
    row = "{label: drooping eyelid, kind: presence, by: examine, ask: 'Does an eyelid droop?', terms: [ptosis]}"
    (vocabulary / "eye.yaml").write_text(f"ptosis: {row}\n")
    assert list(terms.findings()) == ["cough", "ptosis"] and terms.finding("ptosis").by == "examine"


@pytest.mark.parametrize(
    "row",
    [
        "cough: {label: cough again, kind: presence}",
        "hack: {label: hack, kind: presence, terms: [Cough]}",
        "hack: {label: hack, kind: presence, absent: [cough]}",
    ],
)
def test_no_name_and_no_term_means_two_findings(vocabulary: Path, row: str) -> None:
    (vocabulary / "more.yaml").write_text(f"{row}\n")
    with pytest.raises(KnowledgeError, match=r"BED-KNOW-024.*cough|cough.*BED-KNOW-024"):
        terms.findings()


@pytest.mark.parametrize("attribute", ["by: dowsing", "ask: no question", "implies: [x]"])
def test_a_finding_that_breaks_the_schema_is_named(vocabulary: Path, attribute: str) -> None:
    (vocabulary / "more.yaml").write_text(f"hack: {{label: hack, kind: presence, {attribute}}}\n")
    with pytest.raises(KnowledgeError, match="hack"):
        terms.findings()


def test_an_unknown_finding_is_refused_by_code() -> None:
    with pytest.raises(KnowledgeError, match="BED-KNOW-022"):
        finding("vibes")


def _asked() -> dict[str, str]:
    return {name: row.ask for name, row in findings().items() if row.ask}


def test_every_finding_that_is_found_by_asking_has_its_own_question() -> None:
    lacking = [n for n, row in findings().items() if row.by == "ask" and row.kind == "presence" and not row.ask]
    assert not lacking
    questions = list(_asked().values())
    assert len(questions) > 1500
    assert [q for q in set(questions) if questions.count(q) > 1] == []


def test_no_question_is_the_name_of_its_finding_behind_a_phrase() -> None:
    pasted = [
        name
        for name, ask in _asked().items()
        if ask.count("?") != 1 or ": " in ask or re.search(r"apply to you|had this:|^Is there \w+\?$", ask)
    ]
    assert pasted == []
    openings = Counter(" ".join(ask.split()[:4]) for ask in _asked().values())
    assert {o: n for o, n in openings.items() if n > 25} == {}


@pytest.mark.parametrize(
    "word",
    [
        "consanguinity",
        "haematuria",
        "dyspnoea",
        "pruritus",
        "lesion",
        "polyarthralgia",
        "NSAID",
        "trigger",
        "history of",
    ],
)
def test_questions_are_in_plain_words(word: str) -> None:
    assert [ask for ask in _asked().values() if word.lower() in ask.lower()] == []


def test_questions_are_short() -> None:
    assert [ask for ask in _asked().values() if len(ask) > 120] == []
