"""The same run over a Ray cluster: one actor for each doctor and its model; cases go out and dialogues come back.

What is right never leaves the driver, and the driver alone writes the journal, so a killed driver goes on like any run.
Bedside, and the weights it is to use, must be installed on every machine of the cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.patients.case import PatientCase
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.runs.how import How
from bedside.evals.runs.setup import Setup

LOCAL = "local"
_RESTARTS = 3
# Seconds in which every actor must have made its doctor, whose weights may first have to be fetched.
_MADE_WITHIN = 1800


@contextmanager
def actors(setup: Setup, settings: Settings, how: How) -> Iterator[Callable[[PatientCase], Dialogue]]:
    """What has a dialogue on the first actor that is free; may be called from as many threads as there are actors.

    Args:
        setup: who takes part; each actor makes them for itself.
        settings: for every actor; the core model's back-end is loaded where the actor is.
        how: `ray`, the cluster's address or `local`, and `at_once`, how many actors.

    Raises:
        SettingsError: Ray is not installed, its cluster is not there, or an actor could not be made on it.
    """
    try:
        import ray
    except ImportError as error:
        raise _refused("Ray is not installed.", "Install it: pip install 'bedside[ray]'.") from error
    try:
        with _cluster(ray, how):
            free: Queue[Any] = Queue()
            make = _maker(ray, setup, settings)
            for actor in _made(ray, make, how):
                free.put(actor)
            yield lambda case: _had(ray, free, make, case)
    except (ray.exceptions.RayError, ConnectionError, ValueError) as error:
        raise _refused(
            f"The run over Ray stopped: {_last_line(error)}", "Look at the cluster: `ray status`."
        ) from error


@contextmanager
def _cluster(ray: Any, how: How) -> Iterator[None]:
    own = {"num_cpus": how.at_once, "include_dashboard": False}
    ray.init(**(own if how.ray == LOCAL else {"address": how.ray}), log_to_driver=False, logging_level="error")
    try:
        yield
    finally:
        ray.shutdown()


def _maker(ray: Any, setup: Setup, settings: Settings) -> Callable[[], Any]:
    """What begins an actor."""
    on_gpu = settings.model.backend == "transformers" and ray.cluster_resources().get("GPU", 0) > 0
    kind = ray.remote(num_cpus=1, num_gpus=int(on_gpu), max_restarts=_RESTARTS, max_task_retries=1)(_Talker)
    return lambda: kind.remote(setup, settings)


def _made(ray: Any, make: Callable[[], Any], how: How) -> list[Any]:
    """The actors, when each has made its doctor and patient."""
    made = [make() for _ in range(how.at_once)]
    ray.get([actor.ready.remote() for actor in made], timeout=_MADE_WITHIN)
    return made


def _had(ray: Any, free: Queue[Any], make: Callable[[], Any], case: PatientCase) -> Dialogue:
    """A dialogue on the first actor that is free; one that was lost for good is made anew for the cases to come."""
    actor = free.get()
    try:
        dialogue: Dialogue = ray.get(actor.have.remote(case))
    except ray.exceptions.RayActorError as error:
        actor = _in_place_of(ray, actor, make)
        why = f"BED-EVAL-038: the machine or process that had it was lost ({_last_line(error)})"
        return Dialogue(case=case.id, ended="failed", failure=why)
    finally:
        free.put(actor)
    return dialogue


def _in_place_of(ray: Any, lost: Any, make: Callable[[], Any]) -> Any:
    """A new actor for one that was lost, when it is ready; the lost one where none can be had."""
    try:
        ray.kill(lost)
        new = make()
        ray.get(new.ready.remote(), timeout=_MADE_WITHIN)
    except ray.exceptions.RayError:
        return lost
    return new


class _Talker:
    """On the cluster: a doctor, a patient and a measurement agent, who wait for cases."""

    def __init__(self, setup: Setup, settings: Settings) -> None:
        from bedside.evals.runs.run import haver

        self._have = haver(setup, settings)

    def ready(self) -> bool:
        """Answers when everybody is made."""
        return True

    def have(self, case: PatientCase) -> Dialogue:
        """One dialogue."""
        return self._have(case)


def _last_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__)[:200]


def _refused(what: str, do: str) -> SettingsError:
    return SettingsError(what, do, code="BED-EVAL-037")
