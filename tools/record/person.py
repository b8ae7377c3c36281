"""Which patient a record is read for: the only one in it, or the one who is named. No other's data is ever read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bedside.core.errors import RecordError
from bedside.tools.record.elements import Json, items, moment, string
from bedside.tools.record.model import Person
from bedside.tools.record.source import Resource, Resources

NONE, SEVERAL, NOT_THERE = "BED-RECORD-005", "BED-RECORD-006", "BED-RECORD-007"
_SHORTEST = 4  # of an id or identifier that counts as naming somebody in a sentence
_SHOWN = 5


def choose(resources: Resources, named: str = "", said: str = "") -> tuple[Resource, Person]:
    """The patient.

    Args:
        resources: the record.
        named: an id, ``Patient/id``, an identifier or a full name; "" where nobody named one.
        said: words in which the patient may be named: the message that came with the record.

    Raises:
        RecordError: there is no patient (BED-RECORD-005), several and none or more than one is named (006), or `named`
            is not there (007).
    """
    people = [(r, person_of(r)) for r in resources.of("Patient")]
    if not people:
        raise RecordError("The record holds no Patient.", "Export it with the patient's own resource.", code=NONE)
    if named:
        chosen = [p for p in people if _is_named(p[1], named)]
        if not chosen:
            raise RecordError(
                f"The record holds no patient {string(named)!r}.", f"It holds {_list(people)}.", code=NOT_THERE
            )
    else:
        chosen = people if len(people) == 1 else [p for p in people if _named_in(p[1], said)]
    if len(chosen) != 1:
        raise RecordError(
            f"The record holds {len(people)} patients, and {'none' if not chosen else 'more than one'} is named.",
            f"Name one in the message by full name or id: {_list(people)}.",
            code=SEVERAL,
        )
    return chosen[0]


def ref_shared(resources: Resources, person: Person) -> bool:
    """Whether a person's reference names another patient of the record as well: files of two sources in one folder."""
    return sum(_is_named(person_of(r), person.ref) for r in resources.of("Patient")) > 1


def person_of(resource: Resource) -> Person:
    """A Patient. Sex is administrative gender, male or female; others leave it open."""
    body = resource.body
    gender = string(body.get("gender"), 20).lower()
    born, died = moment(body.get("birthDate")), moment(body.get("deceasedDateTime"))
    dead = died.day if died else ("yes" if body.get("deceasedBoolean") is True else "")
    whole = born.at.date() if born and len(born.day) == len("2000-01-01") else None
    parts = [f"gender {gender}" if gender else "", f"born {born.day}" if born else "", f"died {dead}" if dead else ""]
    return Person(
        ref=resource.ref,
        line=", ".join(("Patient", *(p for p in parts if p))),
        sex=gender if gender in {"male", "female"} else "",
        born=born.day if born else "",
        birth=whole,
        died=dead,
        names=tuple(_names(body)),
        identifiers=tuple(v for i in items(body.get("identifier")) if (v := string(i.get("value")))),
    )


def _names(body: Json) -> Iterable[str]:
    for name in items(body.get("name")):
        given = name.get("given")
        first = [g for g in given if isinstance(g, str)] if isinstance(given, list) else []
        family = string(name.get("family"))
        if family and first:
            yield f"{string(first[0])} {family}"
            yield " ".join((*(string(g) for g in first), family))
        elif text := string(name.get("text")):
            yield text


def _is_named(person: Person, name: str) -> bool:
    wanted = _plain(name)
    exact = {_plain(v) for v in (person.ref, person.ref.partition("/")[2], *person.identifiers)}
    return wanted in exact or wanted in {_plain(n) for n in person.names}


def _named_in(person: Person, said: str) -> bool:
    words = f" {_plain(said)} "
    own = (person.ref.partition("/")[2], *person.identifiers)
    ids = (_plain(v) for v in own if len(v) >= _SHORTEST)
    names = (_plain(n) for n in person.names if " " in n)
    refs = (_plain(person.ref),)
    return any(f" {v} " in words for v in (*ids, *names, *refs))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w/-]+", text.casefold()))


def _list(people: list[tuple[Resource, Person]]) -> str:
    refs = [p.ref for _, p in people[:_SHOWN]]
    more = len(people) - len(refs)
    return ", ".join(refs) + (f" and {more} more" if more else "")
