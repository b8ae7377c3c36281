"""The commands, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import logging
import sys
from typing import Annotated, Any

import typer

from bedside.cli import ask, cases, chat, doctor, evals, interview, knowledge, models, serve, threads, tools
from bedside.cli.interrupt import STOPPED, stopped_sentence
from bedside.core.errors import BedsideError

app = typer.Typer(
    name="bedside",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help=(
        "A clinical assistant that shows its evidence. Research software, not a medical device.\n\n"
        'Start with `bedside ask "67-year-old man, new confusion, RR 32, BP 88/56, urea 9.1 mmol/L. '
        'How severe is his pneumonia?"`, or `bedside serve` for the web chat, or `bedside doctor` to see what is ready.'
    ),
)

app.command("ask")(ask.ask)
app.command("chat")(chat.chat)
app.command("interview")(interview.interview)
app.command("resume")(ask.resume)
app.command("threads")(threads.threads)
app.command("serve")(serve.serve)
app.command("doctor")(doctor.doctor)
app.add_typer(tools.app, name="tools")
app.add_typer(models.app, name="models")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(cases.app, name="cases")
app.add_typer(evals.app, name="eval")


def _version(wanted: bool) -> None:
    if wanted:
        import bedside

        typer.echo(f"bedside {bedside.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log, with tracebacks of tools.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    # Library chatter is not for clinicians; what goes wrong reaches them as a sentence with a code.
    logging.basicConfig(level=logging.INFO if verbose else logging.CRITICAL, stream=sys.stderr)


def main() -> None:
    """Runs a command. Exit codes: 0 done, 1 fault, 2 a sentence with a code, 130 stopped with Ctrl-C."""
    from typer.exceptions import TyperException

    try:
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except typer.Abort:
        _stopped()
    except TyperException as error:
        usage: Any = error  # its subclasses, which typer keeps to itself, print the command's usage
        usage.show()
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _stopped()
    except BedsideError as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        fault = settings_fault(error)
        if fault:
            typer.secho(fault, fg=typer.colors.RED, err=True)
            sys.exit(2)
        logging.getLogger("bedside").exception("unexpected fault")
        typer.secho(
            f"[BED-000] Something in Bedside failed ({type(error).__name__}: {error}). "
            "Run the same command with `bedside --verbose …` and report what it prints.",
            fg=typer.colors.RED,
            err=True,
        )
        sys.exit(1)


def settings_fault(error: Exception) -> str:
    """The sentence for a setting without a legal value, or a settings file that is no TOML; "" for other errors."""
    from pydantic import ValidationError

    if isinstance(error, ValidationError) and error.title == "Settings":
        first = error.errors(include_url=False)[0]
        name = ".".join(map(str, first["loc"]))
        return f"[BED-SET-001] The setting `{name}` has no legal value: {first['msg']}. docs/settings.md lists them."
    if type(error).__name__ == "TOMLDecodeError":
        from bedside.core.settings import config_file

        return f"[BED-SET-001] {config_file()} is not TOML: {error}. Correct it, or name another in BEDSIDE_CONFIG."
    return ""


def _stopped() -> None:
    typer.secho(stopped_sentence(), fg=typer.colors.YELLOW, err=True)
    sys.exit(STOPPED)
