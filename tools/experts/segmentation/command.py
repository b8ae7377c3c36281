"""The arguments of a training command."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(model: str, data: str, out: Path, steps: int) -> argparse.Namespace:
    """What the user gave: data, out, steps, threads (already set), checkpoint, check.

    Args:
        model: the expert's name.
        data: what ``--data`` names.
        out: where the model goes unless the user says otherwise.
        steps: of the optimiser unless the user says otherwise.
    """
    import torch

    parser = argparse.ArgumentParser(prog=f"python -m bedside.tools.experts.{model}.train")
    parser.add_argument("--data", type=Path, required=True, help=data)
    parser.add_argument("--out", type=Path, default=out, help="where to write the model")
    parser.add_argument("--steps", type=int, default=steps, help="of the optimiser")
    parser.add_argument("--threads", type=int, default=0, help="of torch; 0 leaves it to torch")
    parser.add_argument("--checkpoint", type=Path, help="keeps the state now and then, and goes on from there")
    parser.add_argument("--check", action="store_true", help="leave the validation persons out, and measure on them")
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    return given
