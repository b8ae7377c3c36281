"""A bundle whose code the user has allowed to run, by naming its sha256: MONAI's own parser reads it.

This evaluates the expressions of the configuration and imports the scripts of the bundle, with every right that the
user has. It is reached only where the sha256 that was allowed is that of the bundle's files.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bedside.core.errors import BundleError
from bedside.tools.bundles.network import BAD_WEIGHTS, monai_part, not_done, tensors
from bedside.tools.imaging.content import printable


class TrustedBundle:
    """The network and the preprocessing of a bundle as its own code makes them.

    Args:
        folder: where its files are.
        config_path: its inference configuration, inside the folder.
    """

    def __init__(self, folder: Path, config_path: str) -> None:
        parser = monai_part("bundle").ConfigParser()
        try:
            with _Importable(folder):
                parser.read_config(str(folder / config_path))
                parser["bundle_root"] = str(folder)
                parser.parse(True)
                if "imports" in parser:
                    parser.get_parsed_content("imports")
                self._network = parser.get_parsed_content("network_def" if "network_def" in parser else "network")
                self.steps = tuple(parser.get_parsed_content("preprocessing").transforms)
        except Exception as error:  # code of the bundle may raise anything
            raise not_done(f"its own code fails ({type(error).__name__}: {printable(str(error), 160)})") from error

    def network(self, weights: bytes, is_safetensors: bool) -> Any:
        """Its network with its weights, in evaluation mode; the weights are read as plain tensors all the same.

        Raises:
            BundleError: the weights are not plain tensors, or not this network's.
        """
        try:
            self._network.load_state_dict(tensors(weights, is_safetensors))
        except (RuntimeError, AttributeError) as error:
            raise BundleError(
                f"The bundle's weights and its network do not go together: {printable(str(error), 200)}.",
                "Get the bundle again from its publisher.",
                code=BAD_WEIGHTS,
            ) from error
        return self._network.cpu().eval().requires_grad_(False)


class _Importable:
    """Lets the bundle import its own scripts, for as long as it is read."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)

    def __enter__(self) -> None:
        sys.path.insert(0, self._folder)

    def __exit__(self, *_: object) -> None:
        sys.path.remove(self._folder)
