"""The documentation says what the code does: every code, tool, model and setting has its row; links lead somewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from bedside.core.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SOURCE_FOLDERS = ("bedside", "knowledge", "retrieval", "tools", "agent", "ui", "evals")
CODE = re.compile(r"\bBED(?:-[A-Z]+)?-\d{3}\b")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


def first_column(page: str) -> list[str]:
    """What stands in backticks at the start of each table row of a page in docs/."""
    rows = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    return [match.group(1) for row in rows if (match := re.match(r"\|\s*`([^`]+)`\s*\|", row))]


def source_files() -> list[Path]:
    """Every Python file of the package, once: the links in bedside/ are not followed."""
    found: list[Path] = []
    for folder in SOURCE_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            inside = path.relative_to(ROOT).parts
            if inside[0] == "bedside" and (ROOT / "bedside" / inside[1]).is_symlink():
                continue
            found.append(path)
    return found


def settings_names(model: type[BaseModel], prefix: str = "BEDSIDE_") -> Iterator[str]:
    """The environment variable of every setting, nested ones joined with two underscores."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from settings_names(kind, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}"


def compare(documented: list[str], real: set[str], page: str) -> None:
    """Fails with the rows to add, to remove and to merge."""
    twice = sorted({name for name in documented if documented.count(name) > 1})
    missing, stale = sorted(real - set(documented)), sorted(set(documented) - real)
    assert not (twice or missing or stale), f"docs/{page}: add {missing}; remove {stale}; listed twice {twice}"


def test_every_error_code_in_the_source_is_explained() -> None:
    in_source = {code for path in source_files() for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert len(in_source) > 10
    compare(first_column("errors.md"), in_source, "errors.md")


def test_every_tool_has_its_row() -> None:
    from bedside.tools.registry import cards

    compare(first_column("tools.md"), {card.name for card in cards()}, "tools.md")


def test_every_evaluation_has_its_row() -> None:
    from bedside.evals.registry import evaluations

    compare(first_column("evaluations.md"), set(evaluations()), "evaluations.md")


def test_every_model_weight_has_its_row_with_its_licence() -> None:
    from bedside.core.weights import all_weights, weight_row

    compare(first_column("models.md"), set(all_weights()), "models.md")
    text = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    for name in all_weights():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}`"))
        assert weight_row(name).licence in row and f"{weight_row(name).size / 1e6:,.0f} MB" in row, row


def test_every_setting_has_its_row() -> None:
    real = {*settings_names(Settings), "BEDSIDE_CONFIG"}
    compare(first_column("settings.md"), real, "settings.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    dead = [target for target in targets if not (page.parent / target).exists()]
    assert not dead, f"{page.name} links to {dead}"


def test_python_in_the_readme_uses_names_that_exist() -> None:
    snippets = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert snippets
    for snippet in snippets:
        for node in ast.walk(ast.parse(snippet)):
            if isinstance(node, ast.ImportFrom):
                module = __import__(node.module or "", fromlist=[alias.name for alias in node.names])
                assert all(hasattr(module, alias.name) for alias in node.names)


def test_commands_in_the_pages_exist() -> None:
    from typer.main import get_command

    from bedside.cli.main import app

    commands = vars(get_command(app))["commands"]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r"(?:^|`|    )make ([a-z]+)", text, re.MULTILINE)) <= targets, page.name
        for name, under in re.findall(r"(?:^|`|/)bedside ([a-z]+)(?: ([a-z]+))?", text, re.MULTILINE):
            assert name in commands, f"{page.name}: bedside {name}"
            group = vars(commands[name]).get("commands", {})
            assert not (group and under) or under in group, f"{page.name}: bedside {name} {under}"
