"""The bundles that a user has added: checked when added, kept in the user's folder, checked again when used."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from bedside.core.errors import BundleError, StorageError
from bedside.core.places import user_folder
from bedside.core.settings import Settings
from bedside.core.study import Modality
from bedside.tools.bundles.config import RUNS_CODE, BundleConfig
from bedside.tools.bundles.files import BundleFiles
from bedside.tools.bundles.labelling import Deciding, deciding
from bedside.tools.bundles.network import PROMPTED, build, known_network
from bedside.tools.bundles.preprocess import steps_of, transforms
from bedside.tools.bundles.record import PREFIX, BundleRecord, KeptFile, expert_name
from bedside.tools.bundles.sliding import windowing
from bedside.tools.imaging.content import printable

UNKNOWN_NAME, CHANGED, UNCONFIRMED = "BED-BUNDLE-005", "BED-BUNDLE-006", "BED-BUNDLE-007"
_RECORD, _FILES = "bundle.json", "files"


def bundles_folder(settings: Settings) -> Path:
    """Where this user's bundles are; it need not exist."""
    return user_folder(settings) / "bundles"


def added_bundles(settings: Settings) -> tuple[BundleRecord, ...]:
    """Every bundle that was added, by name. One whose record cannot be read is left out: its files are not run."""
    folder = settings.home / "users"
    if not folder.is_dir():  # nothing of anybody's: the usual case, told without making a folder
        return ()
    found = []
    for path in sorted(bundles_folder(settings).glob(f"*/{_RECORD}")):
        try:
            found.append(BundleRecord.model_validate_json(path.read_text("utf-8")))
        except (OSError, ValidationError, UnicodeDecodeError):
            continue
    return tuple(sorted(found, key=lambda record: record.name))


def added_bundle(name: str, settings: Settings) -> BundleRecord:
    """The bundle of that name, with or without ``bundle_`` before it.

    Raises:
        BundleError: none of that name was added; the message lists those there are.
    """
    held = added_bundles(settings)
    wanted = {name, f"{PREFIX}{name}"}
    for record in held:
        if record.name in wanted:
            return record
    names = ", ".join(record.name for record in held) or "none"
    raise BundleError(f"No bundle called {printable(name)} was added.", f"Added: {names}.", code=UNKNOWN_NAME)


def examine(
    files: BundleFiles,
    source: str,
    *,
    name: str = "",
    modalities: Sequence[Modality] = (),
    body_parts: Sequence[str] = (),
    trust: str = "",
) -> BundleRecord:
    """Checks a bundle whole, down to building its network from its weights, and says what it is. Keeps nothing.

    Args:
        files: the bundle.
        source: where it came from, for people.
        name: of its expert, where the bundle's own will not do.
        modalities: what it may be given; by default what its metadata states, and files that do not state any.
        body_parts: DICOM body parts it may be given; empty for any.
        trust: the sha256 of the bundle whose own code may run; "" for none.

    Raises:
        BundleError: it is no bundle that can be used (001), would run code (002), holds unsafe or wrong weights (003),
            asks for what is not built here (004), or does not say its modality, and neither did the caller (007).
    """
    metadata = files.metadata()
    trusted = bool(trust)
    if trusted and trust.lower() != files.sha256:
        raise BundleError(
            f"The bundle's sha256 is {files.sha256}, not the one that you trust.",
            "Compare where both came from.",
            code=CHANGED,
        )
    try:
        config, how = _read(files, trusted)
    except BundleError as error:
        if error.code != RUNS_CODE:
            raise
        raise BundleError(error.what, f"{error.do} (sha256 {files.sha256})", code=error.code) from error
    stated = metadata.modality
    # NIfTI and NRRD do not say what they are: such a file is read on the word of whoever asks for this bundle.
    allowed = tuple(modalities) or ((stated, Modality.UNKNOWN) if stated is not Modality.UNKNOWN else ())
    if not allowed:
        raise BundleError(
            "The bundle does not state the modality of its input.", "Give it with `--modality CT`.", code=UNCONFIRMED
        )
    weights = files.weights_path(config)
    kept = {p: c for p, c in files.contents.items() if not p.startswith("models/") or p == weights}
    return BundleRecord(
        name=expert_name(name or files.name),
        sha256=files.sha256,
        source=source,
        metadata=metadata,
        licence=files.licence(),
        files=tuple(_kept_file(p, c) for p, c in sorted(kept.items())),
        config_path=files.config_path(),
        weights_path=weights,
        modalities=allowed,
        body_parts=tuple(part.upper() for part in body_parts),
        prompted=_is_prompted(config),
        trusted=trusted,
        left_out=how.left_out,
        added=time.strftime("%Y-%m-%d"),
    )


def _read(files: BundleFiles, trusted: bool) -> tuple[BundleConfig, Deciding]:
    """Reads all that a run needs, so that what cannot be run is refused now and not in front of a patient's scan."""
    from bedside.tools.bundles.config import parse_object

    if trusted:
        path = files.config_path()
        config = BundleConfig(parse_object(files.contents[path], path.endswith(".json"), "configuration"))
    else:
        config = files.config()
        found = known_network(network_of(config))
        transforms(steps_of(config))
        weights = files.weights_path(config)
        build(found, files.contents[weights], weights.endswith(".safetensors"))
    windowing(config.value("inferer"))
    return config, deciding(config)


def network_of(config: BundleConfig) -> object:
    """What the configuration says of its network, worked out but not made."""
    return config.value("network_def" if config.has("network_def") else "network")


def _is_prompted(config: BundleConfig) -> bool:
    raw = config.raw.get("network_def", config.raw.get("network", ""))
    return PROMPTED in str(raw.get("_target_", "") if isinstance(raw, dict) else raw)


def keep(record: BundleRecord, files: BundleFiles, settings: Settings) -> BundleRecord:
    """Writes a bundle that was examined into the user's folder; all of it or nothing.

    Raises:
        BundleError: another bundle of that name is there (007).
        StorageError: the folder cannot be written.
    """
    folder = bundles_folder(settings)
    target, staging = folder / record.name, folder / f".{record.name}.partial"
    if target.exists():
        raise BundleError(
            f"A bundle called {record.name} was added before.",
            f"Remove it first (`bedside tools bundle remove {record.name}`), or give this one another `--name`.",
            code=UNCONFIRMED,
        )
    try:
        shutil.rmtree(staging, ignore_errors=True)
        for file in record.files:
            path = staging / _FILES / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files.contents[file.path])
        (staging / _RECORD).write_text(record.model_dump_json(indent=1), "utf-8")
        staging.rename(target)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise StorageError(
            f"The bundle cannot be written to {folder} ({error.strerror}).", "Free some space, or set BEDSIDE_HOME."
        ) from error
    return record


def remove(name: str, settings: Settings) -> BundleRecord:
    """Takes a bundle and its files away.

    Raises:
        BundleError: none of that name was added.
    """
    record = added_bundle(name, settings)
    shutil.rmtree(bundles_folder(settings) / record.name)
    return record


def kept_folder(record: BundleRecord, settings: Settings) -> Path:
    """The folder of a bundle's files, once each of them is the one that was examined.

    Raises:
        BundleError: one is gone or differs (006).
    """
    folder = bundles_folder(settings) / record.name / _FILES
    for file in record.files:
        try:
            content = (folder / file.path).read_bytes()
        except OSError:
            content = b""
        if len(content) != file.size or hashlib.sha256(content).hexdigest() != file.sha256:
            raise BundleError(
                f"The file {file.path} of {record.name} is not the one that was added.",
                f"Remove the bundle (`bedside tools bundle remove {record.name}`) and add it again.",
                code=CHANGED,
            )
    return folder


def _kept_file(path: str, content: bytes) -> KeptFile:
    return KeptFile(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest())
