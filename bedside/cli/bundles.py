"""`bedside tools bundle`: MONAI bundles of the user's own, as experts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bedside.core.study import Modality
    from bedside.tools.bundles.record import BundleRecord

app = typer.Typer(no_args_is_help=True, help="MONAI bundles: segmentation models of others, run as experts.")


@app.command("add")
def add(
    what: Annotated[str, typer.Argument(help="The bundle's folder or zip, or a name such as spleen_ct_segmentation.")],
    name: Annotated[str, typer.Option("--name", help="What to call it; by default as its folder or zip.")] = "",
    modality: Annotated[
        list[str] | None,
        typer.Option("--modality", help="What it may be given, as CT or MR; by default what it states."),
    ] = None,
    body_part: Annotated[
        list[str] | None, typer.Option("--body-part", help="As DICOM names them, ABDOMEN; by default any.")
    ] = None,
    trust: Annotated[
        str, typer.Option("--trust", help="The bundle's sha256, if it needs code of its own and you trust its makers.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Add it without asking.")] = False,
) -> None:
    """Add a bundle: it is checked, shown, and runs on what you confirm that it may be given.

    Example: bedside tools bundle add spleen_ct_segmentation.zip --body-part ABDOMEN
    """
    from bedside.core.settings import Settings
    from bedside.tools.bundles.files import open_bundle
    from bedside.tools.bundles.names import fetch_named
    from bedside.tools.bundles.store import examine, keep

    settings = Settings()
    path = Path(what).expanduser()
    path = path if path.exists() else fetch_named(what, settings)
    files = open_bundle(path, settings.bounds.file_bytes)
    record = examine(
        files, what, name=name, modalities=_modalities(modality or []), body_parts=body_part or (), trust=trust
    )
    typer.echo(_described(record))
    if not yes:
        _confirm()
    keep(record, files, settings)
    typer.echo(f"Added as {record.name}. Try: bedside tools run {record.name} --file SCAN")


@app.command("list")
def list_bundles(json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """The bundles that you have added."""
    from bedside.core.settings import Settings
    from bedside.tools.bundles.store import added_bundles

    held = added_bundles(Settings())
    for record in held:
        typer.echo(record.model_dump_json() if json else f"{record.name} {record.version}\n{_described(record)}\n")
    if not held and not json:
        typer.echo("No bundles yet. `bedside tools bundle add PATH` adds one.")


@app.command("remove")
def remove_bundle(name: Annotated[str, typer.Argument(help="A name from `bedside tools bundle list`.")]) -> None:
    """Take a bundle and its files away; what it found before stays in your threads."""
    from bedside.core.settings import Settings
    from bedside.tools.bundles.store import remove

    typer.echo(f"{remove(name, Settings()).name} removed.")


def _confirm() -> None:
    from bedside.core.errors import BundleError
    from bedside.tools.bundles.store import UNCONFIRMED

    if not sys.stdin.isatty():
        raise BundleError("What the bundle may be given needs your confirmation.", "Add `--yes`.", code=UNCONFIRMED)
    if not typer.confirm("May it be given such files? It is then added"):
        raise typer.Exit(1)


def _modalities(given: list[str]) -> tuple[Modality, ...]:
    from bedside.core.errors import BundleError
    from bedside.core.study import Modality
    from bedside.tools.bundles.store import UNCONFIRMED

    try:
        return tuple(Modality(one.upper()) for one in given)
    except ValueError as error:
        raise BundleError(
            f"{error}: it is no modality.", f"Use {', '.join(m.value for m in Modality)}.", code=UNCONFIRMED
        ) from error


def _described(record: BundleRecord) -> str:
    meta = record.metadata
    labels = ", ".join(record.labels[:12]) + (f" and {len(record.labels) - 12} more" if len(record.labels) > 12 else "")
    parts = " or ".join(record.body_parts) or "any body part"
    known = " or ".join(m.value for m in record.modalities if m.value != "UNKNOWN")
    unsaid = ", and files that do not state their modality" if "UNKNOWN" in [m.value for m in record.modalities] else ""
    series = f"; {len(meta.channels)} series together: {', '.join(meta.channels)}" if len(meta.channels) > 1 else ""
    size = sum(file.size for file in record.files) / 1e6
    lines = [
        f"  {meta.title} {meta.version}, from {record.source} ({size:.1f} MB)",
        f"  outlines {len(record.labels)}: {labels}",
        f"  may be given: {known} volumes of {parts}{unsaid}{series}",
        f"  licence: {record.licence or 'not stated'}; trained on: {meta.data or 'not stated'}",
        f"  sha256 {record.sha256}",
    ]
    if record.trusted:
        lines.append("  RUNS CODE OF ITS OWN, with every right that you have.")
    return "\n".join(lines)
