"""The questions that each recommendation answers, as they are asked on a ward: what the search indexes beside the text.

Guidelines say "anticoagulation is offered", clinicians ask "start Eliquis?". One file a guideline in
``knowledge/questions``, under the ids of its recommendations. They lead to a passage; they are never quoted and support
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from bedside.core.errors import KnowledgeError
from bedside.knowledge.schema import Guideline

Questions = dict[str, tuple[str, ...]]
_Question = Annotated[str, Field(min_length=8, max_length=240)]
_FILE = TypeAdapter(dict[str, Annotated[tuple[_Question, ...], Field(min_length=1, max_length=20)]])


def read_questions(texts: Mapping[str, str], guidelines: tuple[Guideline, ...]) -> Questions:
    """The questions by passage id.

    Args:
        texts: the files by name, ``<guideline-id>.yaml``: a mapping of recommendation id to a list of questions.
        guidelines: what they may lead to.

    Raises:
        KnowledgeError: a file breaks that form, leads to no recommendation, or asks what another asks already.
    """
    held = {g.id: {r.id for r in g.recommendations} for g in guidelines}
    out: Questions = {}
    seen: dict[str, str] = {}
    for name, text in texts.items():
        guideline_id = name.removesuffix(".yaml")
        for recommendation_id, asked in _file(name, text).items():
            passage_id = f"{guideline_id}#{recommendation_id}"
            if recommendation_id not in held.get(guideline_id, ()):
                raise _refused(name, f"no recommendation {passage_id!r} is held")
            for question in asked:
                other = seen.setdefault(question.casefold(), passage_id)
                if other != passage_id or asked.count(question) > 1:
                    raise _refused(name, f"{question!r} stands under {other} already")
            out[passage_id] = asked
    return out


def _file(name: str, text: str) -> Questions:
    try:
        body: Any = yaml.load(text, Loader=yaml.CSafeLoader)
        return _FILE.validate_python(body)
    except yaml.YAMLError as error:
        raise _refused(name, f"not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise _refused(name, f"{where}: {first['msg']}") from error


def _refused(name: str, why: str) -> KnowledgeError:
    return KnowledgeError(
        f"knowledge/questions/{name}: {why}.",
        "Each recommendation's id with 1 to 20 questions, each standing once in the library.",
        code="BED-KNOW-070",
    )
