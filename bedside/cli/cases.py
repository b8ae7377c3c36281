"""`bedside cases`: labelled pictures of the user's own, to compare a new one with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bedside.core.settings import Settings
    from bedside.tools.similar.adding import AddReport
    from bedside.tools.similar.cases import Cases

app = typer.Typer(
    no_args_is_help=True,
    help="Your own labelled pictures, to find those that look like a new one. A similar case is never proof.",
)
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
_SHOWN = 20


@app.command("add")
def add(
    folder: Annotated[Path, typer.Argument(help="The folder that the list's files are in.")],
    labels: Annotated[
        Path, typer.Option("--labels", "-l", help="CSV with the columns file, patient, label and, if wanted, report.")
    ],
) -> None:
    """Add labelled pictures. Stopped half-way, the same command goes on where it was.

    Example: bedside cases add films/ --labels films/labels.csv
    """
    from bedside.core.settings import Settings

    settings = Settings()
    with _cases(settings) as cases:
        report = _add_with_progress(cases, folder, labels, settings.bounds.file_bytes)
    typer.echo(f"{report.added} added, {report.replaced} with new words, {report.unchanged} held already.")
    for failed in report.failed:
        typer.echo(f"row {failed.line}: {failed.why}", err=True)
    if report.failed:
        raise typer.Exit(2)


@app.command("list")
def list_cases(json: Json = False) -> None:
    """The pictures held, with the pseudonyms of their patients."""
    from bedside.core.settings import Settings

    with _cases(Settings()) as cases:
        held = cases.cases()
    for case in held:
        line = f"{case.patient}  {case.label}  ({case.title}, added {case.added[:10]})"
        typer.echo(case.model_dump_json(exclude={"picture"}) if json else line)
    if not json:
        typer.echo(f"{len(held)} pictures of {len({case.patient for case in held})} patients.")


@app.command("search")
def search(
    file: Annotated[Path, typer.Argument(help="The picture to compare.")],
    patient: Annotated[
        str, typer.Option("--patient", help="Whose it is, where the file does not say; theirs are left out.")
    ] = "",
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="How many at most.")] = 5,
    json: Json = False,
) -> None:
    """The cases of other patients that look most like a picture, one of each patient."""
    from bedside.core.settings import Settings
    from bedside.tools.imaging.door import open_file

    settings = Settings()
    study = open_file(file, attachment_id="A1", limit_bytes=settings.bounds.file_bytes)
    with _cases(settings) as cases:
        lookup = cases.search(study, top, patient)
    for rank, one in enumerate(lookup.found, start=1):
        if json:
            typer.echo(one.model_dump_json(exclude={"thumbnail": True, "case": {"picture"}}))
        else:
            typer.echo(f"{rank}. {one.similarity:.2f}  {one.case.label}  (patient {one.case.short}, {one.case.title})")
    if not json:
        typer.echo(f"{lookup.held} pictures compared, {lookup.same_patient} of the same patient left out.")
        if lookup.held and not lookup.patient_known:
            typer.echo("The file does not say whose it is: give --patient to leave out that patient's pictures.")


@app.command("remove")
def remove(
    patient: Annotated[str, typer.Option("--patient", help="The identifier, or a pseudonym from `list`.")],
) -> None:
    """Remove a patient: pictures, words and vectors are gone from every file."""
    from bedside.core.settings import Settings

    with _cases(Settings()) as cases:
        removed = cases.remove(patient)
    typer.echo(f"{removed} picture{'s' * (removed != 1)} removed.")


@app.command("verify")
def verify() -> None:
    """Check every case, thumbnail, vector and index against its hash."""
    from bedside.core.errors import CaseError
    from bedside.core.settings import Settings

    with _cases(Settings()) as cases:
        problems = cases.verify()
        held = 0 if problems else len(cases.cases())
    if problems:
        shown = "; ".join(problem.rstrip(".") for problem in problems[:_SHOWN])
        raise CaseError(
            f"Your cases have {len(problems)} fault{'s' * (len(problems) != 1)}: {shown}.",
            "Restore a copy, or move the folder away and add the cases again.",
            code="BED-CASE-009",
        )
    typer.echo(f"Your cases: {held} pictures are sound.")


def _cases(settings: Settings) -> Cases:
    from bedside.tools.similar.cases import Cases

    return Cases(settings)


def _add_with_progress(cases: Cases, folder: Path, labels: Path, limit_bytes: int) -> AddReport:
    from rich.console import Console
    from rich.progress import Progress

    from bedside.tools.similar.adding import add_folder

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("Adding", total=None)
        return add_folder(
            cases, folder, labels, limit_bytes, lambda done, of: bar.update(task, completed=done, total=of)
        )
