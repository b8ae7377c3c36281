"""Where a skin lesion is, and what only sounds like it."""

from __future__ import annotations

import pytest

from bedside.tools.notes.read import read_facts


def site(text: str) -> list[object]:
    found = [f for f in read_facts(text, "m1") if f.name == "lesion_site"]
    assert all(text[f.span.start : f.span.end] == f.span.text for f in found)
    return [f.value for f in found]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A 54-year-old man with a mole on his upper back. Is this a melanoma?", "back"),
        ("Dermoscopy of a lesion on the left forearm.", "upper extremity"),
        ("Facial lesion in a woman of 70.", "face"),
        ("Pigmented naevus over the right calf", "lower extremity"),
        ("Site: scalp", "scalp"),
        ("Location = lower leg", "lower extremity"),
        ("It's on her hand.", "hand"),
        ("on the sole", "foot"),
        ("The dark spot that has grown on my neck", "neck"),
    ],
)
def test_a_site_is_read(text: str, value: str) -> None:
    assert site(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Back pain for two weeks.",
        "Chest X-ray shows a lesion in the right lung.",
        "A lesion on the back of his throat.",
        "A fracture of the neck of the femur.",
        "Moles on the back and a lesion on the face.",
        "Is this mole a melanoma?",
        "Chest pain. Hand weakness.",
    ],
)
def test_what_is_no_site_of_a_lesion_is_not_read(text: str) -> None:
    assert site(text) == []
