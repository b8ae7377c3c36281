"""The one registry of tools: a decorator, the modules of six folders, and the entry-point group ``bedside.tools``.

A new tool is one file in ``tools/calculators``, ``experts``, ``search``, ``compare``, ``medications`` or
``differential``, its class under ``@register``.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from importlib.metadata import entry_points
from typing import TypeVar

from bedside.core.card import ToolCard
from bedside.core.errors import ToolError
from bedside.core.settings import Settings
from bedside.tools.contract import Tool

FOLDERS = (
    "bedside.tools.calculators",
    "bedside.tools.experts",
    "bedside.tools.search",
    "bedside.tools.compare",
    "bedside.tools.medications",
    "bedside.tools.differential",
)
_TOOLS: dict[str, type[Tool]] = {}
T = TypeVar("T", bound=type[Tool])


def register(cls: T) -> T:
    """Adds a tool class, once its card has been checked.

    Raises:
        ToolError: the class has no ToolCard, or its name is taken by another class.
    """
    card = getattr(cls, "card", None)
    if not isinstance(card, ToolCard):
        raise ToolError(f"{cls.__name__} has no ToolCard.", "Give the class an attribute `card`.", code="BED-TOOL-002")
    other = _TOOLS.get(card.name)
    if other is not None and other.__qualname__ != cls.__qualname__:
        raise ToolError(f"Two tools are called {card.name!r}.", "Rename one of them.", code="BED-TOOL-003")
    _TOOLS[card.name] = cls
    return cls


@lru_cache(maxsize=1)
def _discover() -> dict[str, type[Tool]]:
    for folder in FOLDERS:
        package = importlib.import_module(folder)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{folder}.{module.name}")
    for point in entry_points(group="bedside.tools"):
        register(point.load())
    return _TOOLS


def cards() -> tuple[ToolCard, ...]:
    """The card of every tool that comes with Bedside or a package, by name."""
    return tuple(cls.card for _, cls in sorted(_discover().items()))


class Toolbox:
    """Tools made once for one Settings and kept, so that a model is loaded once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._made: dict[str, Tool] = {}

    def cards(self) -> tuple[ToolCard, ...]:
        """Every tool's card, by name: those that are installed, and the bundles that this user has added."""
        from bedside.tools.bundles.store import added_bundles

        added = (record.card() for record in added_bundles(self.settings))
        return tuple(sorted((*cards(), *added), key=lambda card: card.name))

    def get(self, name: str) -> Tool:
        """The tool of that name.

        Raises:
            ToolError: there is no such tool; the message lists those there are.
        """
        classes = _discover()
        if name not in classes:
            return self._bundle(name)
        if name not in self._made:
            self._made[name] = classes[name](self.settings)
        return self._made[name]

    def _bundle(self, name: str) -> Tool:
        """The expert of a bundle as it is now: one that was removed is gone, one that was changed is loaded again."""
        from bedside.tools.bundles.expert import BundleExpert
        from bedside.tools.bundles.store import added_bundles

        record = next((r for r in added_bundles(self.settings) if r.name == name), None)
        if record is None:
            names = ", ".join(card.name for card in self.cards())
            raise ToolError(f"There is no tool called {name!r}.", f"Tools: {names}.")
        made = self._made.get(name)
        if not isinstance(made, BundleExpert) or made.record != record:
            made = self._made[name] = BundleExpert(record, self.settings)
        return made
