"""The forms that most sets share: a question with options, one to answer in writing; and rows made from records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from string import ascii_uppercase

from bedside.evals.benchmarks.files import Record, picture_file
from bedside.evals.patients.case import Gold, Option, PatientCase, Picture, Row, RubricItem

YES_NO = ("yes", "no")
_OPTION = re.compile(r"(?<!\S)([A-F])\s*([:.)])(?=\s)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])|\s*\n\s*(?=[A-Z])")


def rows_of(records: Iterable[Record], read: Callable[[Record], Row], what: str) -> list[Row]:
    """A row of each record; one that could not be read, or is not of the form, is a row with its fault.

    Args:
        records: of a set.
        read: makes a row; a KeyError, TypeError, ValueError, AttributeError or IndexError: it is not of the form.
        what: the form in words, for the fault.
    """
    return unique([_row(record, read, what) for record in records])


def unique(rows: Iterable[Row]) -> list[Row]:
    """The rows, those whose id was there before with a number behind it: a journal keeps cases by their ids."""
    rows = list(rows)
    taken = {row.case.id for row in rows}
    seen: set[str] = set()
    out = []
    for row in rows:
        name, count = row.case.id, 1
        while name in seen or (count > 1 and name in taken):
            count += 1
            name = f"{row.case.id} ({count})"
        seen.add(name)
        out.append(row if count == 1 else renamed(row, name))
    return out


def renamed(row: Row, name: str) -> Row:
    """The row with another id of its case."""
    return row._replace(case=row.case.model_copy(update={"id": name}))


def choice(
    name: str, question: str, options: Mapping[str, str] | Sequence[str], right: str, *, context: str = "",
    pictures: Sequence[Picture] = (), language: str = "en",
) -> Row:  # fmt: skip
    """A question with options, of which the letter `right` is right.

    Args:
        name: of the case.
        question: as it is asked.
        options: texts by letter, or in order.
        right: letter of the right one.
        context: text that goes with the question.
        pictures: that go with it.
        language: of the question.

    Returns:
        A row, with a fault where there is no question, an option is empty, or no option is the right one.
    """
    by_letter = options if isinstance(options, Mapping) else dict(zip(ascii_uppercase, options, strict=False))
    listed = tuple(
        Option(letter=str(k).strip().upper(), text="" if v is None else str(v).strip()) for k, v in by_letter.items()
    )
    right = str(right).strip().upper()
    fault = "" if question.strip() else "no question"
    fault = fault or ("" if len(listed) > 1 else "fewer than two options")
    fault = fault or next((f"option {o.letter} is empty" for o in listed if not o.text), "")
    fault = fault or ("" if right in [o.letter for o in listed] else f"the right answer {right!r} is no option")
    case = PatientCase(
        id=name, task="choose", question=question.strip(), options=listed, context=context.strip(),
        pictures=tuple(pictures), language=language,
    )  # fmt: skip
    return Row(case, Gold(option=right), fault or missing(pictures))


def letter_of(options: Sequence[str], right: str) -> str:
    """The letter of the option with the right text; "" where there is none."""
    wanted = _plain(right)
    return next((k for k, text in zip(ascii_uppercase, options, strict=False) if _plain(text) == wanted), "")


def written(
    name: str, question: str, texts: Sequence[str], *, context: str = "", pictures: Sequence[Picture] = (),
    language: str = "en", sentence: int | None = None, rubric: Sequence[RubricItem] = (),
) -> Row:  # fmt: skip
    """A question that is answered in writing, with reference texts or a rubric; a fault where there is neither."""
    kept = tuple(text.strip() for text in texts if text.strip())
    fault = "" if question.strip() else "no question"
    fault = fault or ("" if kept or rubric else "no reference to score against")
    case = PatientCase(
        id=name, task="write", question=question.strip(), context=context.strip(), pictures=tuple(pictures),
        language=language,
    )  # fmt: skip
    return Row(case, Gold(texts=kept, sentence=sentence, rubric=tuple(rubric)), fault or missing(pictures))


def answered(name: str, question: str, answer: str, *, pictures: Sequence[Picture] = (), language: str = "en") -> Row:
    """A question with a short answer: yes and no are options, anything else is written."""
    answer = answer.strip()
    if _plain(answer) in YES_NO:
        return choice(name, question, YES_NO, letter_of(YES_NO, answer), pictures=pictures, language=language)
    return written(name, question, (answer,), pictures=pictures, language=language)


def shown(folder: Path, files: Sequence[str], *under: str) -> tuple[Picture, ...]:
    """Pictures that the doctor sees from the start, by the names that a set gives their files."""
    return tuple(
        Picture(id=f"p{n}", name=f"image {n}", path=picture_file(folder, name, *under), given=True)
        for n, name in enumerate(files, 1)
    )


def missing(pictures: Sequence[Picture]) -> str:
    """The fault of a case whose given pictures are not all there; "" otherwise."""
    return next((f"the picture {p.name!r} is missing" for p in pictures if p.given and p.path is None), "")


def sentences_of(text: str) -> list[str]:
    """The sentences of a vignette."""
    return [s for s in _SENTENCE.split(" ".join(text.split())) if s]


def vignette_and_question(text: str) -> tuple[str, str]:
    """A vignette that ends with its question, as the two; ("", text) where it does not end so."""
    text = text.strip()
    ends = [m.end() for m in _SENTENCE.finditer(text)]
    if not ends or not text.rstrip("\"'").endswith(("?", ":")):
        return "", text
    return text[: ends[-1]].strip(), text[ends[-1] :]


def options_in(text: str) -> tuple[str, dict[str, str]]:
    """A question and the options that are written behind it: "Which? A: one B: two".

    Raises:
        ValueError: there are no options in it.
    """
    marks = _in_order(list(_OPTION.finditer(text)))
    if not marks:
        raise ValueError("no options in the question")
    ends = [*(m.start() for m in marks[1:]), len(text)]
    options = {m[1]: text[m.end() : end].strip() for m, end in zip(marks, ends, strict=True)}
    return text[: marks[0].start()].strip(), options


def _row(record: Record, read: Callable[[Record], Row], what: str) -> Row:
    if record.fault:
        return Row(PatientCase(id=record.place), Gold(), record.fault)
    try:
        return read(record)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return Row(PatientCase(id=record.place), Gold(), f"not of the form of {what} ({_in_words(error)})")


def _in_words(error: Exception) -> str:
    return f"no {error}" if isinstance(error, KeyError) else type(error).__name__


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".")


def _in_order(marks: list[re.Match[str]]) -> list[re.Match[str]]:
    """The longest run of marks A, B, C … of one kind ("A)"); the last of several that are as long; none below two."""
    runs = []
    for start, first in enumerate(marks):
        run = [first] if first[1] == "A" else []
        for mark in marks[start + 1 :]:
            if run and mark[2] == first[2] and mark[1] == "ABCDEF"[len(run) : len(run) + 1]:
                run.append(mark)
        runs.append(run)
    best = max(reversed(runs), key=len, default=[])
    return best if len(best) > 1 else []
