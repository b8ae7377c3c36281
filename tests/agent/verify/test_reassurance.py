"""No sentence takes comfort from an expert that never reassures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.setting import claim, finding, gate_library, passage, setting

from bedside.agent.verify.checks import Setting, check_reassurance
from bedside.agent.verify.reassurance import comforts, denies
from bedside.core.evidence import Evidence, Sign

STATEMENT = "The picture suggests a melanocytic naevus. This does not rule out melanoma."
COMFORTING = [
    "The lesion is benign.",
    "This is a harmless mole.",
    "It looks benign and needs no treatment.",
    "There is no cause for concern.",
    "The mole can be left alone, there is no need to see a dermatologist.",
    "This mole is not suspicious.",
    "The finding is reassuring.",
]
DENYING = [
    "This is not a melanoma.",
    "Melanoma is ruled out.",
    "The picture rules out melanoma.",
    "There is no sign of skin cancer.",
    "A melanoma is unlikely.",
    "The lesion is free of malignancy.",
    "Basal cell carcinoma was excluded.",
]
OPEN = [
    STATEMENT,
    "A melanoma cannot be excluded.",
    "This does not rule melanoma out.",
    "The picture suggests melanoma.",
    "A dermatologist should see the lesion.",
    "The model never rules out a melanoma.",
    "Melanoma isn't excluded by this.",
]


def guarded(**changed: object) -> Evidence:
    signs = (Sign(name="melanocytic naevus", called=True), Sign(name="melanoma", called=False))
    return finding(STATEMENT).model_copy(update={"never_reassures": True, "signs": signs, **changed})


@pytest.fixture(scope="module")
def library(tmp_path_factory):  # type: ignore[no-untyped-def]
    return gate_library(tmp_path_factory.mktemp("gate"))


@pytest.mark.parametrize("text", [*COMFORTING, *DENYING])
def test_a_sentence_that_gives_comfort_is_refused(library, text: str) -> None:  # type: ignore[no-untyped-def]
    check = check_reassurance(claim(text, "X1"), setting(library, guarded()))
    assert not check.passed and "never reassures" in check.why


@pytest.mark.parametrize("text", OPEN)
def test_a_sentence_that_leaves_it_open_passes(library, text: str) -> None:  # type: ignore[no-untyped-def]
    assert check_reassurance(claim(text, "X1"), setting(library, guarded())).passed
    assert not comforts(text) and not denies(text, ("melanoma",))


@pytest.mark.parametrize("text", [COMFORTING[0], DENYING[0]])
def test_it_is_refused_whatever_it_cites(library, text: str) -> None:  # type: ignore[no-untyped-def]
    with_guard: Setting = replace(setting(library, passage("hospital")), guarded=(guarded(),))
    assert not check_reassurance(claim(text, "G1"), with_guard).passed
    assert check_reassurance(claim(text, "G1"), setting(library, passage("hospital"))).passed


def test_even_a_statement_of_the_expert_itself_may_not_say_benign(library) -> None:  # type: ignore[no-untyped-def]
    says = guarded(statement="Benign keratosis.")
    assert not check_reassurance(claim("Benign keratosis.", "X1"), setting(library, says)).passed


def test_a_guideline_keeps_its_own_words(library) -> None:  # type: ignore[no-untyped-def]
    quote = "Benign lesions need no follow-up."
    held = replace(setting(library, passage("hospital", quote=quote, statement=quote)), guarded=(guarded(),))
    assert check_reassurance(claim(quote, "G1"), held).passed


def test_an_expert_s_own_findings_may_not_be_denied_in_other_words(library) -> None:  # type: ignore[no-untyped-def]
    film = guarded(signs=(Sign(name="pneumothorax", called=False),))
    assert not check_reassurance(claim("There is no pneumothorax.", "X1"), setting(library, film)).passed
    assert check_reassurance(claim("A pneumothorax is not called.", "X1"), setting(library, film)).passed is False
