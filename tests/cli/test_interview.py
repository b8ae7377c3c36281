"""`bedside interview` with a human's answers from standard input."""

from __future__ import annotations

import json

ANSWERS = b"I am a 58-year-old man with crushing chest pain, and I am sweating.\n\nBP 90/60\n/end\n"


def test_red_flags_are_shown_at_once_and_sources_at_the_end(bedside, scripted):
    done = bedside("interview", stdin=ANSWERS)
    assert done.code == 0
    assert done.out.index("acute coronary syndrome") < done.out.index("What this could be")
    rests = done.out.split("What that rests on")[1].split("For the patient")[0]
    assert "chest pain: for " in rests and "crushing chest pain" in rests
    assert len(set(rests.splitlines())) == len(rests.splitlines())
    assert "Sources" in done.out
    assert "heart attack" in done.out


def test_json_is_one_object_with_what_was_said(bedside, scripted):
    done = bedside("interview", "--json", "--turns", "3", stdin=ANSWERS)
    found = json.loads(done.out)
    assert found["ranked"]
    assert found["plain"]
    assert [line["by"] for line in found["said"]][:2] == ["us", "patient"]


def test_an_input_that_ends_concludes(bedside, scripted):
    done = bedside("interview", stdin=b"")
    assert done.code == 0
    assert "Nothing is concluded" in done.out
