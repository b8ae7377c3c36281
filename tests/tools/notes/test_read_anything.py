from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.tools.notes.read import read_note
from bedside.tools.redflags.engine import red_flags

_PIECES = st.sampled_from(
    ["67-year-old man", "no", "fever", "RR 32", "BP 88/56", "denies", ",", ".", "?", "\n", "\n\n", "PMH:",
     "allergic to", "penicillin", "on", "warfarin", "5 mg", "mother had", "yesterday", "2 weeks ago", "PE", "is", "his",
     "if",
     "T",
     "38,9", "Na140", "5'10\"", "E3V4M6", "1,", "(", ")", "<5", "100-200", "AMTS 6", "pregnant", "NKDA", "-3", "pH 74"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=25).map(" ".join)))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_a_crash_and_every_span_is_exact(text: str) -> None:
    reading = read_note(text, "m1")
    for span in [f.span for f in reading.facts] + list(reading.rejected_spans):
        assert text[span.start : span.end] == span.text
        assert span.source == "m1"
    assert read_note(text, "m1") == reading
    red_flags(reading.facts)


def test_two_hundred_pages_take_seconds() -> None:
    note = (
        "Day 3. Reviewed on the ward round with the family. Chest clear, abdomen soft. RR 18, BP 120/80, Na 140. "
        "No chest pain. Plan: continue oral fluids and mobilise with the physiotherapists.\n"
    )
    text = note * (400_000 // len(note))
    read_note(note, "warm")
    begin = time.process_time()
    read_note(text, "m1")
    assert time.process_time() - begin < 15  # of this process alone; some 4 s on a quiet machine, 7 on a busy one
