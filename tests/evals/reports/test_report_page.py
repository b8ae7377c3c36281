from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from support.kept_runs import kept_run

from bedside.evals.patients.actions import Cited, Diagnose, Write
from bedside.evals.patients.case import Gold, Picture, Row
from bedside.evals.reports import page as pages
from bedside.evals.reports import shown as cases_shown
from bedside.evals.reports.page import page, write_page

CSS = (Path(pages.__file__).parent / "page.css").read_text(encoding="utf-8")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SERVER = "http://127.0.0.1:8000/v1#someone/a-medical-model-with-a-long-name-27b-instruct"
HOSTILE = "<script>document.title='taken'</script> \" onload=x"


@pytest.fixture
def two(tmp_path: Path) -> str:
    return page([kept_run(tmp_path, "bedside", "RRWAF", leaky=(1,)), kept_run(tmp_path, SERVER, "WRWWF", leaky=(1,))])


def test_it_says_what_was_run_and_found_in_plain_words(two: str) -> None:
    assert "the same 5 simulated patients" in two
    assert "Bedside: right answer first in 2 of 5 cases (40 %" in two
    assert "The language model someone/a-medical-model-with-a-long-name-27b-instruct, on a server" in two
    assert "Only 5 cases were seen" in two


def test_it_shows_every_case_with_what_is_right_and_what_it_rests_on(two: str) -> None:
    assert two.count('<details class="case"') == 5
    assert two.count("<strong>Right answer:</strong> Acute appendicitis") == 10
    assert "Pain that moved speaks for it." in two
    assert "“moved to the right iliac fossa”" in two
    assert "Ask a surgeon." in two
    assert "White cell count: 15 x 10^9/L." in two
    assert "too little is known" in two


def test_failures_are_listed_by_name_with_their_code(two: str) -> None:
    assert (
        two.count("BED-MODEL-003: the server did not answer in time.") == 4
    )  # listed, and in the case; of two doctors
    assert '<a href="#case-5">Case 5</a>' in two


def test_it_needs_nothing_from_anywhere(two: str) -> None:
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", two)
    assert "@import" not in two
    assert "url(" not in two


def test_what_a_model_says_is_shown_and_never_run(tmp_path: Path) -> None:
    text = page([kept_run(tmp_path, "bedside", "RW", said=HOSTILE)])
    assert HOSTILE not in text
    assert "&lt;script&gt;document.title=" in text


def test_without_times_two_runs_of_the_same_make_the_same_page(tmp_path: Path) -> None:
    one, other = (kept_run(tmp_path, "bedside", "RWAF", seconds=seconds) for seconds in (0.1, 0.7))
    assert page([one], times=False) == page([other], times=False)
    assert page([one]) != page([other])


def test_it_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    path = write_page([kept_run(tmp_path, "bedside", "R")], tmp_path / "new" / "report.html")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_text_is_shown_beside_its_reference(tmp_path: Path) -> None:
    run = kept_run(tmp_path, "bedside", "R")
    (row,) = run.rows
    note = Write(text="Plan: rest.\nReturn if worse.", evidence=("line 3 of the talk",))
    said = run.dialogues[row.case.id].model_copy(update={"final": note})
    gold = Gold(texts=("Plan: rest and fluids.",))
    rows = (Row(row.case.model_copy(update={"task": "write", "context": "A talk."}), gold),)
    text = page([run._replace(rows=rows, dialogues={row.case.id: said})])
    for shown in ("Plan: rest.\nReturn if worse.", "line 3 of the talk", "Plan: rest and fluids.", "A talk."):
        assert shown in text


def test_a_picture_that_was_shown_is_in_the_page_and_one_that_is_gone_is_named(tmp_path: Path) -> None:
    film = tmp_path / "film.png"
    film.write_bytes(b"\x89PNG\r\n\x1a\n and so on")
    run = kept_run(tmp_path, "bedside", "R")
    said = run.dialogues["case 0"]
    shown = said.turns[3].model_copy(update={"pictures": (str(film), str(tmp_path / "gone.png"))})
    turns = (*said.turns[:3], shown, *said.turns[4:])
    text = page([run._replace(dialogues={"case 0": said.model_copy(update={"turns": turns})})])
    assert 'src="data:image/png;base64,' in text
    assert "[picture gone.png]" in text
    assert str(tmp_path) not in text


def test_given_pictures_are_in_the_page_until_they_are_too_many_and_what_was_read_on_them_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = tmp_path / "film.png"
    film.write_bytes(b"\x89PNG\r\n\x1a\n and so on")
    run = kept_run(tmp_path, "bedside", "R")
    (row,) = run.rows
    given = Picture(id="p1", name="image 1", path=film, given=True)
    said = run.dialogues[row.case.id]
    assert isinstance(said.final, Diagnose)
    read = (Cited(text="Image 1: looks like pneumonia.", evidence=("expert cxr 1.1",)),)
    final = said.final.model_copy(update={"readings": read})
    whole = run._replace(
        rows=(Row(row.case.model_copy(update={"pictures": (given,)}), row.gold),),
        dialogues={row.case.id: said.model_copy(update={"final": final})},
    )
    text = page([whole])
    assert 'src="data:image/png;base64,' in text
    assert "Image 1: looks like pneumonia." in text and "expert cxr 1.1" in text
    monkeypatch.setattr(cases_shown, "_ALL_BYTES", 10)
    assert "[picture film.png]" in page([whole])


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_words_stand_out_enough_from_what_is_behind_them(scheme: int) -> None:
    colours = dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{6})", re.findall(r":root \{(.*?)\}", CSS, re.S)[scheme]))
    for front in ("ink", "soft", "good", "bad", "mid", "s0"):
        for back in ("page", "card"):
            assert _contrast(colours[front], colours[back]) >= 4.5, (front, back)
    for front in ("ink", "soft"):
        for back in ("doctor", "result"):
            assert _contrast(colours[front], colours[back]) >= 4.5, (front, back)
    for line in range(6):
        assert _contrast(colours[f"s{line}"], colours["page"]) >= 3


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1.4.3: (lighter + .05) / (darker + .05)."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.browser
@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium (apt-get install chromium)")
def test_in_a_browser_it_filters_searches_and_fits_a_telephone(two: str, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    path = tmp_path / "report.html"
    path.write_text(two, encoding="utf-8")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown, wrong = chromium.new_page(), []
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.on("request", lambda request: wrong.append(request.url) if request.url != path.as_uri() else None)
        shown.goto(path.as_uri())
        _filters(shown)
        for width in (1440, 375):
            shown.set_viewport_size({"width": width, "height": 800})
            shown.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
        chromium.close()
    assert not wrong


def _filters(shown: Any) -> None:
    assert shown.inner_text("#count") == "5 of 5 cases shown"
    for ending, count in (("differ", 2), ("failed", 1), ("named", 1), ("", 5)):
        shown.select_option("select[name=ending]", ending)
        assert shown.inner_text("#count") == f"{count} of 5 cases shown", ending
    shown.fill("input[name=words]", "appendix inflamed")
    assert shown.inner_text("#count") == "2 of 5 cases shown"
    shown.fill("input[name=words]", "")
