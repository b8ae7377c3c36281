"""`bedside knowledge`: what the library holds, and the user's own documents beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bedside.cli import guidelines

if TYPE_CHECKING:
    from bedside.core.settings import Settings
    from bedside.knowledge.documents import Document, Trust
    from bedside.knowledge.ingest.files import FileList
    from bedside.retrieval.corpus import Corpus
    from bedside.retrieval.corpus.adding import AddReport, Filing

app = typer.Typer(
    no_args_is_help=True,
    help="What the guideline library holds, and your own documents (protocols, papers) beside it.",
)
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
_LABELS = "protocol, guideline, summary, paper, patient"
_SHOWN = 20


app.command("coverage")(guidelines.coverage)
app.command("review")(guidelines.review)
app.command("find")(guidelines.find)


@app.command("add")
def add(
    what: Annotated[str, typer.Argument(help="A file, a folder, or an http(s) address.")],
    collection: Annotated[str, typer.Option("--collection", "-c", help="The name to file it under.")] = "mine",
    label: Annotated[str, typer.Option("--label", "-l", help=f"What sort of text it is: {_LABELS}.")] = "protocol",
    docling: Annotated[bool, typer.Option("--docling", help="Read PDFs with docling (scans, tables).")] = False,
) -> None:
    """Add documents: PDF, Word, HTML, Markdown, text. Stopped half-way, the same command goes on where it was.

    Example: bedside knowledge add protocols/ --collection "St Elsewhere" --label protocol
    """
    from bedside.core.settings import Settings
    from bedside.retrieval.corpus.adding import Filing

    settings, trust = Settings(), _trust(label)
    origin = what if _is_address(what) else ""
    filing = Filing(collection=collection, trust=trust, origin=origin, docling=docling, limits=settings.ingest)
    files = _files(what, settings)
    if files.skipped:
        typer.echo(f"Passed over {files.skipped} files that are hidden or no documents.", err=True)
    with _corpus(settings) as corpus:
        report = _add_with_progress(corpus, files, filing)
    counts = report.counts
    typer.echo(f"{counts.added} added, {counts.replaced} replaced by a newer version, {counts.unchanged} held already.")
    for failed in report.failed:
        typer.echo(f"{failed.path}: {failed.why}", err=True)
    if report.failed:
        raise typer.Exit(2)


@app.command("list")
def list_documents(
    collection: Annotated[str | None, typer.Option("--collection", "-c", help="Only this one.")] = None,
    json: Json = False,
) -> None:
    """The collections and the documents in them; the guideline library is on the page that `coverage` prints."""
    from bedside.core.settings import Settings

    with _corpus(Settings()) as corpus:
        documents = corpus.documents(collection)
        if json:
            for document in documents:
                typer.echo(document.model_dump_json())
            return
        for held in corpus.collections():
            typer.echo(f"{held.name} ({held.trust.value}): {held.documents} documents, {held.passages} passages")
        _print_documents(documents)


@app.command("show")
def show(name: Annotated[str, typer.Argument(help="The id of a document, a passage, or a guideline.")]) -> None:
    """A document with its passages, one passage, or a guideline of the library with its recommendations."""
    from bedside.core.settings import Settings
    from bedside.knowledge.library import load_library

    settings = Settings()
    guideline = next((g for g in load_library(settings).guidelines if g.id == name), None)
    if guideline is not None:
        typer.echo(guideline.model_dump_json(indent=2))
        return
    with _corpus(settings) as corpus:
        if "#" in name:
            typer.echo(corpus.passage(name).model_dump_json(indent=2))
            return
        typer.echo(corpus.document(name).model_dump_json(indent=2))
        for passage in corpus.passages_of(name):
            where = f" (page {passage.page})" if passage.page else ""
            typer.echo(f"\n[{passage.id}] {passage.heading}{where}\n{passage.text}")


@app.command("search")
def search(
    query: Annotated[str, typer.Argument(help="In words.")],
    collection: Annotated[list[str] | None, typer.Option("--collection", "-c", help="Only in these.")] = None,
    top: Annotated[int, typer.Option("--top", "-n", help="How many at most.")] = 5,
    json: Json = False,
) -> None:
    """Search your documents alone, by word and by meaning (`knowledge find` is for guidelines)."""
    from bedside.core.settings import Settings

    with _corpus(Settings()) as corpus:
        for hit in corpus.search(query, top_k=top, collections=collection):
            passage, document = corpus.passage(hit.passage), corpus.document(hit.document)
            if json:
                typer.echo(hit.model_dump_json())
                continue
            page = f", page {passage.page}" if passage.page else ""
            typer.echo(
                f"{hit.rank}. {document.title}{page} ({document.trust.value}) [{passage.id}]\n   {passage.text}\n"
            )


@app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="The id of a document, or with --collection the name of one.")],
    collection: Annotated[bool, typer.Option("--collection", "-c", help="Remove a whole collection.")] = False,
) -> None:
    """Remove a document or a collection; its words and vectors are gone from every file."""
    from bedside.core.settings import Settings

    with _corpus(Settings()) as corpus:
        if collection:
            typer.echo(f"{corpus.remove_collection(name)} documents removed.")
        else:
            corpus.remove(name)
            typer.echo(f"{name} removed.")


@app.command("verify")
def verify() -> None:
    """Check guidelines and diseases against their schemas, and every document, index and vector against its hash."""
    from bedside.core.errors import KnowledgeError
    from bedside.core.settings import Settings
    from bedside.knowledge.library import load_library

    library = load_library()
    typer.echo(
        f"Library: {len(library.passages()):,} recommendations of {len(library.guidelines)} guidelines are sound."
    )
    _verify_diseases()
    with _corpus(Settings()) as corpus:
        problems = corpus.verify()
        documents = len(corpus.documents())
    if problems:
        shown = "; ".join(problem.rstrip(".") for problem in problems[:_SHOWN])
        raise KnowledgeError(
            f"Your documents have {len(problems)} faults: {shown}.", "Remove and add them again.", code="BED-KNOW-060"
        )
    typer.echo(f"Your documents: {documents} are sound.")


def _verify_diseases() -> None:
    from bedside.core.errors import KnowledgeError
    from bedside.knowledge.diseases import diseases, wrong_codes

    wrong = wrong_codes(diseases())
    if wrong:
        raise KnowledgeError(
            f"Diseases have codes that ICD-10-CM does not hold: {'; '.join(wrong[:_SHOWN])}.",
            "Correct `icd10` in knowledge/diseases.",
            code="BED-KNOW-082",
        )
    typer.echo(f"Diseases: {len(diseases()):,} are sound.")


@app.command("export")
def export(path: Annotated[Path, typer.Argument(help="The JSON lines file to write.")]) -> None:
    """Write every document with its passages as JSON lines."""
    from bedside.core.settings import Settings

    with _corpus(Settings()) as corpus:
        typer.echo(f"{corpus.export(path)} documents written to {path}.")


def _corpus(settings: Settings) -> Corpus:
    from bedside.retrieval.corpus.opening import open_corpus
    from bedside.retrieval.embed import MiniLm

    return open_corpus(settings, MiniLm(settings))


def _trust(label: str) -> Trust:
    from bedside.core.errors import SettingsError
    from bedside.knowledge.documents import Trust

    named = {
        "protocol": Trust.PROTOCOL,
        "guideline": Trust.GUIDELINE,
        "summary": Trust.SUMMARY,
        "paper": Trust.PAPER,
        "patient": Trust.PATIENT_INFORMATION,
    }
    found = named.get(label.lower()) or next((t for t in Trust if t.value == label.lower()), None)
    if found is None:
        raise SettingsError(f"{label!r} is no label.", f"Labels: {_LABELS}.", code="BED-SET-010")
    return found


def _is_address(what: str) -> bool:
    return what.lower().startswith(("http://", "https://"))


def _files(what: str, settings: Settings) -> FileList:
    from bedside.knowledge.ingest.address import download
    from bedside.knowledge.ingest.files import FileList, files_in

    if _is_address(what):
        limits = settings.ingest
        path = download(
            what,
            settings.cache / "downloads",
            offline=settings.offline,
            limit_bytes=limits.file_bytes,
            seconds=limits.download_seconds,
        )
        return FileList(files=(path,))
    return files_in(Path(what))


def _add_with_progress(corpus: Corpus, files: FileList, filing: Filing) -> AddReport:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from bedside.retrieval.corpus.adding import add_files

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Reading")
        seen = {"documents": 0, "passages": 0}

        def wrote(documents: int, passages: int) -> None:
            seen.update(documents=documents, passages=passages)

        def reading(path: Path) -> None:
            bar.update(task, description=f"{path.name}: {seen['documents']} documents, {seen['passages']} passages")

        return add_files(corpus, files, filing, wrote, reading)


def _print_documents(documents: tuple[Document, ...]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    # The id is what `show` and `remove` take, so that it stands there whole; the label stands beside the collection.
    table = Table(Column("id", no_wrap=True), "title", "collection", "year", "pages", "passages")
    for d in documents:
        table.add_row(d.id, d.title, d.collection, str(d.year or ""), str(d.pages or ""), str(d.passages))
    if documents:
        Console().print(table)
