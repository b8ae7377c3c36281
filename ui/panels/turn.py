"""One turn of the dialogue: what was said, and what came of it."""

from __future__ import annotations

from bedside.ui.panels.html import Html, el, lines


def turn_panel(said: str, files: tuple[str, ...], reply: Html, *, busy: bool = False) -> Html:
    """One turn.

    Args:
        said: the user's message.
        files: names of the files that went with it.
        reply: the answer, the steps so far, or an error.
        busy: whether the answer is still coming.
    """
    attached = [el("li", name) for name in files]
    you = el(
        "div",
        el("h2", "You", class_="who"),
        lines(said) if said else None,
        el("ul", *attached, class_="files", aria_label="Attached files") if attached else None,
        class_="said",
    )
    bedside = el("div", el("h2", "Bedside", class_="who"), reply, class_="reply", aria_busy="true" if busy else None)
    return el("article", you, bedside, class_="turn")


def fault(sentence: str) -> Html:
    """An error in one sentence, with its code."""
    return el("p", sentence, class_="fault", role="alert")


def stopped() -> Html:
    """What is said where the user stopped the turn."""
    return el("p", "Stopped. What was found so far is kept in this case; ask again to go on.", class_="stopped")


def welcome() -> Html:
    """The page before the first message."""
    return el(
        "div",
        el("p", "Describe the case and ask. Attach X-ray, CT, MRI or ECG files if you have them."),
        el(
            "p",
            "Every sentence of an answer ends in chips such as ",
            el("span", "G1", class_="chip chip-passage"),
            " that open what supports it: a guideline passage, a score with its inputs, or your own words.",
        ),
        class_="welcome",
    )
