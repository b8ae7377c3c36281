"""The web chat in real Chromium, against a server of its own on a free loopback port."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from support.demo_assistant import CASE

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
TESTS = Path(__file__).resolve().parent.parent
BOX = "#box textarea"
PATIENCE = 180_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium (apt-get install chromium)"),
]


@contextmanager
def server(home: Path, *arguments: str) -> Iterator[str]:
    """The address of a chat that runs until the block ends."""
    command = [sys.executable, "-m", "support.chat_server", str(home), *arguments]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found is not None, "the server did not start"
            _wait_until_served(found[0])
            yield found[0]
        finally:
            process.terminate()


def _wait_until_served(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("demo"), "demo", "0.15") as address:
        yield address


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("real"), "scripted") as address:
        yield address


@pytest.fixture
def new_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens the chat; at the end, nothing but loopback was asked for and no dialogue or error came up."""
    opened: list[Any] = []
    hosts: set[str | None] = set()
    wrong: list[str] = []

    def open_page(address: str, **options: Any) -> Any:
        context = browser.new_context(**options)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda r: hosts.add(urlsplit(r.url).hostname) if r.url.startswith("http") else None)
        page.on("dialog", lambda d: (wrong.append(f"dialogue: {d.message}"), d.dismiss()))
        page.on("pageerror", lambda e: wrong.append(f"script: {e}"))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.goto(address)
        page.wait_for_selector(BOX)
        opened.append(context)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert hosts == {"127.0.0.1"}
    assert not wrong


def ask(page: Any, text: str) -> None:
    """Sends a message and waits for its answer."""
    before = page.locator("#history .turn").count()
    page.fill(BOX, text)
    page.press(BOX, "Enter")
    page.wait_for_function(f"document.querySelectorAll('#history .turn').length > {before}")


def test_a_question_is_answered_and_a_citation_opens_on_its_quote(new_page: Callable[..., Any], real: str) -> None:
    page = new_page(real)
    ask(page, CASE)
    assert "sepsis" in page.inner_text("#history .banner").lower()
    assert "CURB-65 is 5 of 5" in page.inner_text("#history .s-assessment")
    claim = page.locator("#history .s-guidelines .claim").first
    said = claim.evaluate("c => c.firstChild.textContent").strip()
    chip = claim.locator("button.chip").first
    chip.click()
    opened = page.locator(f"#ev-{chip.get_attribute('data-open')}")
    assert opened.is_visible()
    assert opened.locator("blockquote mark").inner_text() == said
    assert chip.get_attribute("aria-pressed") == "true"


def test_a_follow_up_stays_in_the_same_case(new_page: Callable[..., Any], real: str) -> None:
    page = new_page(real)
    ask(page, CASE)
    ask(page, "he is allergic to penicillin")
    assert page.locator("#history .turn").count() == 2
    assert "penicillin" in page.locator("#history .turn").last.inner_text().lower()


def test_an_empty_message_gets_a_sentence_with_a_code_and_the_case_goes_on(
    new_page: Callable[..., Any], real: str
) -> None:
    page = new_page(real)
    ask(page, " ")
    assert "[BED-ASK-001]" in page.inner_text("#history .fault")
    ask(page, CASE)
    assert page.locator("#history .banner").count() == 1


def test_a_citation_opens_by_keyboard_and_escape_returns_to_it(new_page: Callable[..., Any], demo: str) -> None:
    page = new_page(demo)
    ask(page, CASE)
    for key in ("Enter", "Space"):
        chip = page.locator('#history .s-guidelines button.chip[data-open="G1"]').first
        chip.focus()
        page.keyboard.press(key)
        assert page.locator("#ev-G1").is_visible()
        assert page.evaluate("document.activeElement.id") == "ev-G1"
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.dataset.open") == "G1"
        page.click("[data-index]:visible")
        assert page.locator("#ev-G1").is_hidden()


def test_a_mask_shows_its_overlay(new_page: Callable[..., Any], demo: str) -> None:
    page = new_page(demo)
    ask(page, CASE)
    page.click('#history button.chip[data-open="M1"]')
    image = page.locator("#ev-M1 img")
    page.wait_for_function("document.querySelector('#ev-M1 img').naturalWidth > 0")
    assert str(image.get_attribute("src")).startswith("/artefact/")


def test_files_that_are_dropped_go_with_the_message(new_page: Callable[..., Any], real: str, tmp_path: Path) -> None:
    from support.ecg import sinus

    rows = "\n".join(f"{n / 500:.4f},{v:.4f}" for n, v in enumerate(sinus(75.0)))
    (tmp_path / "lead.csv").write_text(f"time,II\n{rows}\n")
    (tmp_path / "fake.dcm").write_text("this is no DICOM file")
    page = new_page(real)
    data = page.evaluate_handle(
        """files => { const d = new DataTransfer();
        for (const [name, text] of files) d.items.add(new File([text], name)); return d; }""",
        [[p.name, p.read_text()] for p in sorted(tmp_path.glob("*.*"))],
    )
    page.dispatch_event("#box .input-container", "drop", {"dataTransfer": data})
    page.wait_for_function("document.querySelectorAll('#box .thumbnail-item').length >= 2")
    shown = page.eval_on_selector_all("#box .thumbnail-wrapper", "all => all.map(i => i.dataset.name)")
    assert shown == ["fake.dcm", "lead.csv"]
    ask(page, "what rhythm is this?")
    shown = page.locator("#history .said .files li").all_inner_texts()  # what was read stands behind the name
    assert [line.partition(":")[0] for line in shown] == ["fake.dcm", "lead.csv"]
    assert "BED-FILE-003" in page.inner_text("#history .reply")


def test_a_removed_file_takes_its_own_name_with_it(new_page: Callable[..., Any], demo: str) -> None:
    page = new_page(demo)
    files = [{"name": f"{n}.csv", "mimeType": "text/csv", "buffer": n.encode()} for n in ("one", "two", "three")]
    with page.expect_file_chooser() as chooser:
        page.click("#box .upload-button")
    chooser.value.set_files(files)
    page.wait_for_function("document.querySelectorAll('#box .thumbnail-item').length === 3")
    page.locator("#box .delete-button").nth(1).click(force=True)
    page.wait_for_function("document.querySelectorAll('#box .thumbnail-item').length === 2")
    page.wait_for_timeout(200)
    shown = page.eval_on_selector_all("#box .thumbnail-wrapper", "all => all.map(i => i.dataset.name)")
    ask(page, "hello")
    assert shown == ["one.csv", "three.csv"]
    assert page.locator("#history .said .files li").all_inner_texts() == shown


def test_markup_in_a_message_is_shown_and_never_run(new_page: Callable[..., Any], demo: str) -> None:
    page = new_page(demo)
    words = "<script>alert(1)</script> <img src=x onerror=alert(2)> {{7*7}} ${alert(3)}"
    ask(page, words)
    assert words in page.inner_text("#history .said")
    assert page.locator("#history img[src=x]").count() == 0


def test_two_tabs_do_not_see_each_other(new_page: Callable[..., Any], demo: str) -> None:
    one, two = new_page(demo), new_page(demo)
    ask(one, "Case of Mr One. How severe is it?")
    ask(two, "Case of Mrs Two. How severe is it?")
    for page, other in ((one, "Mrs Two"), (two, "Mr One")):
        assert other not in page.content()
    source = one.get_attribute("#ev-M1 img", "src")
    assert source not in two.content()


def test_stop_ends_the_turn_and_a_new_case_clears_the_page(new_page: Callable[..., Any], tmp_path: Path) -> None:
    with server(tmp_path, "demo", "1.5") as address:
        page = new_page(address)
        page.fill(BOX, CASE)
        page.press(BOX, "Enter")
        page.wait_for_selector("#live .steps")
        page.click("#stop")
        page.wait_for_selector("#history .stopped", timeout=15_000)
        assert page.locator("#live .turn").count() == 0
        page.click("#new")
        page.wait_for_selector("#history .welcome")
        assert page.locator("#evidence .index").count() == 0


def test_a_question_back_and_the_example_fill_the_box(new_page: Callable[..., Any], demo: str) -> None:
    page = new_page(demo)
    page.click("#example")
    page.wait_for_function(f"document.querySelector('{BOX}').value.includes('urea')")
    page.press(BOX, "Enter")
    page.wait_for_selector("#history .question")
    page.locator("#history .question").first.click()
    assert page.input_value(BOX) == "Drug allergies: "


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_and_text_has_contrast(
    new_page: Callable[..., Any], demo: str, width: int, scheme: str
) -> None:
    page = new_page(demo, viewport={"width": width, "height": 812}, color_scheme=scheme)
    ask(page, CASE)
    page.evaluate("document.querySelectorAll('.detail, details').forEach(d => { d.hidden = false; d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []


# Every element with text of its own, against the first background that is not transparent (WCAG 2.2, 1.4.3).
CONTRAST = """() => {
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const rgba = s => s.match(/[\\d.]+/g).map(Number);
  const ground = e => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > .5) return c.slice(0, 3); } return [255, 255, 255]; };
  const poor = [];
  for (const e of document.querySelectorAll('#top *, #turns *, #side *, #box textarea, #new, #example')) {
    if (!e.getClientRects().length) continue;
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const a = light(rgba(getComputedStyle(e).color).slice(0, 3)), b = light(ground(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push(`${e.tagName}.${e.className} ${e.textContent.slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""
