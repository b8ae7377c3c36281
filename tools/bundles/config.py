"""A bundle's inference configuration, read as data: references are followed, components are named and never made.

Two nets hold what would run code. Whatever a run needs must be plain values, known expressions and components that
Bedside builds itself. And a configuration that anywhere, needed or not, reaches for the system (`os.system`,
`__import__`, `eval`) is refused as a whole: it was made to harm, or to be read by something else.
"""

from __future__ import annotations

import ast
import json
from typing import Any

import yaml

from bedside.core.errors import BundleError
from bedside.tools.bundles.expressions import REFERENCE, Component, NotData, interpret
from bedside.tools.imaging.content import printable

RUNS_CODE = "BED-BUNDLE-002"
NOT_A_BUNDLE = "BED-BUNDLE-001"
LARGEST_BYTES, MOST_VALUES, DEEPEST = 4_000_000, 50_000, 40
# What a component may come from for the configuration to be read at all; which of them are built is decided elsewhere.
_KNOWN_ROOTS = {"monai", "torch", "ignite", "numpy", "scripts"}
# Steps that read files, or only move or convert: done by the door, or of no effect on a float32 volume on the CPU.
PASSED_OVER = {
    "LoadImaged", "EnsureChannelFirstd", "AddChanneld", "EnsureTyped", "CastToTyped", "ToTensord", "ToDeviced",
    "VistaPreTransformd",
}  # fmt: skip
_HARMFUL_NAMES = {
    "__import__", "eval", "exec", "compile", "globals", "breakpoint", "subprocess", "socket", "ctypes", "pickle",
    "importlib", "builtins", "pty", "shutil", "urllib", "requests", "http", "marshal", "code",
}  # fmt: skip
_OS = {"os", "posix", "nt"}
_HARMFUL_OF_OS = {
    "system", "popen", "remove", "unlink", "rmdir", "removedirs", "kill", "fork", "rename", "replace", "chmod",
    "putenv",
}  # fmt: skip


class BundleConfig:
    """One configuration. `value` gives what an id stands for, with everything under it worked out.

    Args:
        raw: the parsed JSON or YAML.
    """

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self._done: dict[str, Any] = {}
        self._open: list[str] = []

    def has(self, name: str) -> bool:
        """Whether there is a top-level entry of that name."""
        return name in self.raw

    def value(self, name: str) -> Any:
        """The value of an id such as ``network_def`` or ``displayable_configs#highres``.

        Returns:
            Plain values, lists and dicts, and a `Component` where one stands.

        Raises:
            BundleError: there is no such id, it refers to itself (001), or it takes code to work it out (002).
        """
        name = name.replace("::", "#")
        if name in self._done:
            return self._done[name]
        if name in self._open:
            raise BundleError(
                f"The bundle's configuration refers in a circle: {' > '.join(map(printable, [*self._open, name]))}.",
                "Get the bundle again from its publisher.",
                code=NOT_A_BUNDLE,
            )
        self._open.append(name)
        try:
            found = self._resolved(self._at(name))
        finally:
            self._open.pop()
        self._done[name] = found
        return found

    def resolve(self, held: Any) -> Any:
        """A piece of the configuration with everything under it worked out; raises as `value` does."""
        return self._resolved(held)

    def _at(self, name: str) -> Any:
        held: Any = self.raw
        for part in name.split("#"):
            if isinstance(held, dict) and part in held:
                held = held[part]
            elif isinstance(held, list) and part.isdigit() and int(part) < len(held):
                held = held[int(part)]
            else:
                raise BundleError(
                    f"The bundle's configuration has no `{printable(name)}`.",
                    "Get the bundle again from its publisher.",
                    code=NOT_A_BUNDLE,
                )
        return held

    def _resolved(self, held: Any) -> Any:
        if isinstance(held, str):
            return self._text(held)
        if isinstance(held, list):
            return [item for item in map(self._resolved, held) if not isinstance(item, _Disabled)]
        if not isinstance(held, dict):
            return held
        if "_target_" not in held:
            return {key: self._resolved(item) for key, item in held.items()}
        if self._resolved(held.get("_disabled_", False)):
            return _Disabled()
        if str(held.get("_mode_", "default")) != "default":
            raise runs_code(f"a component in the mode {printable(str(held['_mode_']))}")
        target = str(held["_target_"])
        asked = [key for key in held if not key.startswith("_")]
        if target.rpartition(".")[2] in PASSED_OVER:  # nothing but what it applies to matters of it
            asked = [key for key in asked if key == "keys"]
        return Component(target, {key: self._resolved(held[key]) for key in asked})

    def _text(self, held: str) -> Any:
        if held.startswith("$"):
            try:
                return interpret(held[1:], self.value)
            except NotData as error:
                raise runs_code(str(error)) from error
        if held.startswith("%"):
            raise runs_code(f"`{printable(held)}`, which reads another file")
        whole = REFERENCE.fullmatch(held)
        return self.value(whole.group(1)) if whole else held


class _Disabled:
    """Stands for a component that the configuration switches off."""


def parse_config(content: bytes, is_json: bool) -> BundleConfig:
    """Reads a configuration file.

    Raises:
        BundleError: it is no JSON or YAML object, or too large or deep (001), or it reaches for the system (002).
    """
    raw = parse_object(content, is_json, "configuration")
    reason = harmful(raw)
    if reason:
        raise runs_code(reason)
    return BundleConfig(raw)


def parse_object(content: bytes, is_json: bool, what: str) -> dict[str, Any]:
    """Reads a JSON or YAML object, within limits on its size.

    Raises:
        BundleError: it is not one, or too large or deep.
    """
    try:
        if len(content) > LARGEST_BYTES:
            raise ValueError(f"{len(content):,} bytes")
        raw = json.loads(content) if is_json else yaml.safe_load(content)
        if not isinstance(raw, dict):
            raise ValueError("it holds no object")
        _count(raw, 0, 0)
    except (ValueError, yaml.YAMLError, RecursionError, TypeError) as error:
        raise BundleError(
            f"The bundle's {what} cannot be read: {printable(str(error), 160)}.",
            "Get the bundle again from its publisher.",
            code=NOT_A_BUNDLE,
        ) from error
    return raw


def _count(held: Any, depth: int, seen: int) -> int:
    """How many values an object holds; YAML's aliases can make few bytes into very many."""
    if depth > DEEPEST or seen > MOST_VALUES:
        raise ValueError("it is nested too deep or holds too much")
    inner = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
    if isinstance(held, dict) and not all(isinstance(key, (str, int)) for key in held):
        raise ValueError("a key is no text")
    for item in inner:
        seen = _count(item, depth + 1, seen + 1)
    return seen


def harmful(held: Any) -> str:
    """What in a configuration reaches for the system or for code of unknown origin; "" where nothing does."""
    if isinstance(held, str):
        return _harmful_text(held) if held.startswith("$") else ""
    if isinstance(held, list):
        return next((reason for item in held if (reason := harmful(item))), "")
    if not isinstance(held, dict):
        return ""
    target = held.get("_target_")
    if target is not None and (not isinstance(target, str) or not _known(target.strip())):
        return f"the component `{printable(str(target))}`"
    return next((reason for item in held.values() if (reason := harmful(item))), "")


def _known(target: str) -> bool:
    parts = target.split(".")
    return all(part.isidentifier() and not part.startswith("__") for part in parts) and (
        len(parts) == 1 or parts[0] in _KNOWN_ROOTS
    )


def _harmful_text(text: str) -> str:
    shown = f"`{printable(text)}`"
    try:
        tree = ast.parse(REFERENCE.sub("reference", text[1:]).strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return shown
    return shown if any(map(_harmful_node, ast.walk(tree))) else ""


def _harmful_node(node: ast.AST) -> bool:
    """Whether a part of an expression reaches for the system, or inside the interpreter."""
    if isinstance(node, ast.Import):
        return any(_harmful_name(alias.name.split(".")[0]) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        of_os = node.module in _OS and any(_harmful_of_os(alias.name) for alias in node.names)
        return (
            of_os or _harmful_name((node.module or "").split(".")[0]) or any(_harmful_name(a.name) for a in node.names)
        )
    if isinstance(node, ast.Attribute):
        of_os = isinstance(node.value, ast.Name) and node.value.id in _OS
        return node.attr.startswith("__") or (of_os and _harmful_of_os(node.attr))
    return isinstance(node, ast.Name) and _harmful_name(node.id)


def _harmful_name(name: str) -> bool:
    return name in _HARMFUL_NAMES or name.startswith("__")


def _harmful_of_os(name: str) -> bool:
    return name in _HARMFUL_OF_OS or name.startswith(("exec", "spawn", "posix_spawn"))


def runs_code(what: str) -> BundleError:
    """The error for a bundle that can be read only by running code of its own."""
    return BundleError(
        f"The bundle would run code of its own: {what}.",
        "Read its files. If you trust whoever made it, add it with `--trust` and the sha256 that the refusal names.",
        code=RUNS_CODE,
    )
