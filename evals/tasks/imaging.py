"""How good are the imaging experts, on persons they have not seen? One part an expert; each brings its baselines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.imaging.part import Part, parts
from bedside.evals.registry import Report, Score, data_of, evaluation


@evaluation("imaging", "how well the imaging experts do on held-out persons, an expert at a time with --only", parts)
def imaging(settings: Settings, data: Path | None = None, limit: int | None = None, only: Sequence[str] = ()) -> Report:
    """Measures the parts whose data is under the data folder; says which data is not there.

    Args:
        settings: names the data folder where `data` does not.
        data: the folder.
        limit: of cases in each set.
        only: names of parts; empty for all.

    Raises:
        SettingsError: there is no data folder, or no part's data in it.
    """
    folder = data_of(settings, data, "The imaging evaluation needs its data.")
    scores: list[Score] = []
    notes: list[str] = []
    missing: list[SettingsError] = []
    for part in (one for one in parts() if not only or one.name in only):
        try:
            found, told = part.run(settings, folder, limit)
        except SettingsError as error:
            missing.append(error)
            notes.append(f"{part.name} was not measured: {error.what} It needs {part.needs}.")
            continue
        scores += [_named(part, score) for score in found]
        notes += [f"{part.name}: {note}" for note in told]
    if not scores:
        raise missing[0]
    return Report(name="imaging", set=str(folder), scores=tuple(scores), notes=tuple(notes))


def _named(part: Part, score: Score) -> Score:
    return score.model_copy(update={"metric": f"{part.name}, {score.metric}"})
