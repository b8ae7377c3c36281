"""A bundle is data: what is read of it, and what is refused before anything of it could run."""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest
from support.tiny_bundle import CONFIG, LABELS, METADATA, NETWORK, changed, unet, write_bundle, zipped

from bedside.core.errors import BedsideError
from bedside.core.study import Modality
from bedside.tools.bundles.config import BundleConfig, parse_config
from bedside.tools.bundles.expressions import Component, NotData, interpret
from bedside.tools.bundles.files import open_bundle
from bedside.tools.bundles.metadata import read_metadata
from bedside.tools.bundles.record import BundleRecord, expert_name
from bedside.tools.bundles.store import examine

LIMIT = 10**8
TOUCH = "canary"


def examined(path: Path, **more: Any) -> BundleRecord:
    return examine(open_bundle(path, LIMIT), str(path), **more)


def code_of(path: Path, **more: Any) -> str:
    with pytest.raises(BedsideError) as caught:
        examined(path, **more)
    assert caught.value.do
    return caught.value.code


def with_step(**step: Any) -> dict[str, Any]:
    """The configuration with one more preprocessing step."""
    config = changed(CONFIG)
    config["preprocessing"]["transforms"].append({"keys": "image", **step})
    return config


def test_a_usual_bundle_is_read_from_its_folder_and_from_its_zip(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "air_bone_v0.1.0")
    record = examined(folder)
    assert (record.name, record.labels) == ("bundle_air_bone", ("air", "bone"))
    assert record.modalities == (Modality.CT, Modality.UNKNOWN)
    assert record.weights_path == "models/model.pt"
    assert record.licence.startswith("Apache")
    for top in ("", "air_bone/"):
        assert examined(zipped(folder, tmp_path / f"a{len(top)}.zip", top)).sha256 == record.sha256


def test_weights_as_safetensors_and_inside_a_checkpoint_are_read(tmp_path: Path) -> None:
    assert examined(write_bundle(tmp_path / "a", weights="model.safetensors")).weights_path.endswith(".safetensors")
    assert examined(write_bundle(tmp_path / "b", state={"model": unet().state_dict()})).labels == ("air", "bone")


def test_the_card_says_what_it_outlines_who_made_it_and_that_nobody_here_tried_it(tmp_path: Path) -> None:
    card = examined(write_bundle(tmp_path / "a"), body_parts=["abdomen"]).card()
    assert card.on_request and card.labels == ("air", "bone")
    assert card.accepts.body_parts == ("ABDOMEN",)
    assert "has not evaluated" in card.limits[0] and "mean_dice 0.5, without n" in card.limits[0]
    assert card.training_data == "one CT of the chest"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1.5, 1.5, 1.5] if @high else [3.0, 3.0, 3.0]", [1.5, 1.5, 1.5]),
        ("@root + '/models/' + @name", "./models/a.pt"),
        ("list(range(3, 6)) + [9]", [3, 4, 5, 9]),
        ("1.0 - float(@size) / 4", 0.5),
        ("len(@many) // 2", 1),
        ("@many['a'] if 'a' in @many and not @high is None else 0", 7),
        ("torch.float32", "float32"),
        ("torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')", "cpu"),
        ("os.path.join(@root, 'models', 'a.pt')", "./models/a.pt"),
    ],
)
def test_plain_expressions_are_worked_out(text: str, value: object) -> None:
    held = {"high": True, "root": ".", "name": "a.pt", "size": 2, "many": {"a": 7, "b": 8, "c": 9}}
    assert interpret(text, held.__getitem__) == value


def test_a_network_named_in_an_expression_is_named_and_not_made() -> None:
    found = interpret("monai.networks.nets.vista3d132(in_channels=@n).to(@d)", {"n": 1, "d": "cpu"}.__getitem__)
    assert found == Component("monai.networks.nets.vista3d132", {"in_channels": 1})


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch canary')",
        "().__class__.__base__.__subclasses__()",
        "[x for x in range(3)]",
        "(lambda: 1)()",
        "open('/etc/passwd').read()",
        "'a' * 10**9",
        "2 ** 10**9",
        "10**15 * 10**15 * 10**15",
        "list(range(10**9))",
        "f'{@a}'",
        "'%d' % 3",
        "@a.__class__",
        "getattr(@a, 'b')",
        "monai.bundle.run('x')",
        "monai.networks.nets.UNet(*@a)",
        "(" * 500 + ")" * 500,
        "1 +",
        "1" * 3000,
    ],
)
def test_anything_else_in_an_expression_is_not_data(text: str) -> None:
    with pytest.raises(NotData):
        interpret(text, {"a": 1}.__getitem__)


@pytest.mark.parametrize(
    "config",
    [
        changed(CONFIG, network_def={"_target_": "os.system", "command": f"touch {TOUCH}"}),
        changed(CONFIG, nothing_needs_this={"_target_": "os.system", "command": f"touch {TOUCH}"}),
        changed(CONFIG, nothing_needs_this=[{"a": {"_target_": "builtins.exec", "code": "1"}}]),
        changed(CONFIG, network_def=f"$__import__('os').system('touch {TOUCH}')"),
        changed(CONFIG, nothing_needs_this=f"$__import__('os').system('touch {TOUCH}')"),
        changed(CONFIG, imports=["$import subprocess"]),
        changed(CONFIG, imports=["$from os import system"]),
        changed(CONFIG, run=[f"$os.system('touch {TOUCH}')"]),
        changed(CONFIG, run=["$eval('1')"]),
        changed(CONFIG, run=["$().__class__.__mro__"]),
        changed(CONFIG, run=["$broken ("]),
        changed(CONFIG, network_def={**NETWORK, "_target_": "scripts.net.Mine"}),
        changed(CONFIG, network_def={**NETWORK, "_target_": "monai.bundle.run"}),
        changed(CONFIG, network_def={**NETWORK, "_target_": "torch.load"}),
        changed(CONFIG, network_def={**NETWORK, "_mode_": "callable"}),
        changed(CONFIG, network_def={**NETWORK, "act": {"_target_": "monai.networks.blocks.Swish"}}),
        changed(CONFIG, network_def={**NETWORK, "channels": "$[c for c in (8, 16)]"}),
        changed(CONFIG, network_def={**NETWORK, "channels": "%other.json::channels"}),
        with_step(_target_="Lambdad", func="$lambda x: x"),
        with_step(_target_="monai.transforms.Lambdad", func="$print"),
        with_step(_target_="scripts.Mine"),
        with_step(_target_="CropForegroundd", source_key="image", select_fn="$lambda x: x > 0"),
    ],
)
def test_a_bundle_that_would_run_code_is_refused_and_runs_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: dict[str, Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = write_bundle(tmp_path / "a", config=config)
    assert code_of(folder) == "BED-BUNDLE-002"
    assert not (tmp_path / TOUCH).exists()


def test_the_refusal_names_the_sha256_by_which_it_can_be_trusted(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "a", config=with_step(_target_="scripts.Mine"))
    with pytest.raises(BedsideError) as caught:
        examined(folder)
    assert open_bundle(folder, LIMIT).sha256 in str(caught.value)
    assert code_of(folder, trust="0" * 64) == "BED-BUNDLE-006"


class Harm:
    """What a hostile pickle holds."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path(TOUCH),))


@pytest.mark.parametrize("kind", ["pickle", "torch", "model", "damaged", "cut", "other network", "list", "safetensors"])
def test_weights_that_are_not_plain_tensors_of_that_network_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    import torch

    monkeypatch.chdir(tmp_path)
    path = write_bundle(tmp_path / "a") / "models" / "model.pt"
    if kind == "pickle":
        path.write_bytes(pickle.dumps(Harm()))
    elif kind == "torch":
        torch.save({"model": Harm()}, path)
    elif kind == "model":
        torch.save(unet(), path)
    elif kind == "damaged":
        data = bytearray(path.read_bytes())
        data[200:400] = bytes(200)
        path.write_bytes(bytes(data))
    elif kind == "cut":
        path.write_bytes(path.read_bytes()[:500])
    elif kind == "other network":
        torch.save(unet(channels=[4, 8]).state_dict(), path)
    elif kind == "list":
        torch.save([torch.zeros(3)], path)
    else:
        path.unlink()
        path.with_name("model.safetensors").write_bytes(b"\xff" * 100)
    assert code_of(tmp_path / "a") == "BED-BUNDLE-003"
    assert not (tmp_path / TOUCH).exists()


def test_a_network_that_would_fill_the_memory_is_refused_before_it_is_made(tmp_path: Path) -> None:
    huge = changed(CONFIG, network_def={**NETWORK, "channels": [8_000, 16_000]})
    assert code_of(write_bundle(tmp_path / "a", config=huge)) == "BED-BUNDLE-004"


def test_a_torchscript_alone_is_no_weight(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "a")
    (folder / "models" / "model.pt").rename(folder / "models" / "model.ts")
    assert code_of(folder) == "BED-BUNDLE-001"


@pytest.mark.parametrize(
    "name", ["../configs/metadata.json", "/configs/metadata.json", "a/../../configs/metadata.json"]
)
def test_a_zip_that_reaches_outside_itself_is_refused(tmp_path: Path, name: str) -> None:
    path = zipped(write_bundle(tmp_path / "a"), tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"{}")
    assert code_of(path) == "BED-FILE-008"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = zipped(write_bundle(tmp_path / "a"), tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("models/more.pt", bytes(90_000_000))
        archive.writestr("models/most.pt", bytes(90_000_000))
    assert code_of(path) == "BED-FILE-004"  # beyond the limit of 100 MB
    with pytest.raises(BedsideError) as caught:
        open_bundle(path, 10**9)
    assert caught.value.code == "BED-FILE-008"  # within a larger limit, but made to exhaust


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"not json",
        b"[" * 100_000,
        b'{"network_data_format": {}}',
        b"\xff\xfe",
        b'{"a": ' * 60 + b"1" + b"}" * 60,
    ],
)
def test_metadata_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    folder = write_bundle(tmp_path / "a")
    (folder / "configs" / "metadata.json").write_bytes(content)
    assert code_of(folder) in ("BED-BUNDLE-001", "BED-FILE-002")


def test_yaml_is_read_and_its_bombs_and_tags_are_not(tmp_path: Path) -> None:
    import yaml

    folder = write_bundle(tmp_path / "a")
    (folder / "configs" / "inference.json").unlink()
    path = folder / "configs" / "inference.yaml"
    path.write_text(yaml.safe_dump(CONFIG))
    assert examined(folder).config_path.endswith(".yaml")
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    path.write_text("\n".join(lines))
    assert code_of(folder) == "BED-BUNDLE-001"
    path.write_text("a: !!python/object/apply:os.system ['touch canary']")
    assert code_of(folder) == "BED-BUNDLE-001"


@pytest.mark.parametrize(
    ("code", "config"),
    [
        ("BED-BUNDLE-001", changed(CONFIG, network_def="@network")),
        ("BED-BUNDLE-001", changed(CONFIG, network_def={**NETWORK, "channels": "@nowhere"})),
        ("BED-BUNDLE-004", changed(CONFIG, network_def={**NETWORK, "spatial_dims": 2})),
        ("BED-BUNDLE-004", changed(CONFIG, network_def={"_target_": "DenseNet121", "spatial_dims": 3})),
        ("BED-BUNDLE-004", with_step(_target_="GaussianSmoothd", sigma=1)),
        ("BED-BUNDLE-004", changed(CONFIG, inferer={"_target_": "SaliencyInferer"})),
        (
            "BED-BUNDLE-004",
            changed(CONFIG, inferer={"_target_": "SlidingWindowInferer", "roi_size": 9, "overlap": 1.5}),
        ),
        ("BED-BUNDLE-004", changed(CONFIG, postprocessing=[{"_target_": "GenerateInstanceContour", "keys": "pred"}])),
        ("BED-BUNDLE-004", with_step(_target_="Spacingd", pixdim=[1, 1, 1], nonsense=3)),
        ("BED-BUNDLE-003", changed(CONFIG, network_def={**NETWORK, "nonsense": 3})),
    ],
)
def test_what_is_not_built_here_is_refused_and_said(tmp_path: Path, code: str, config: dict[str, Any]) -> None:
    assert code_of(write_bundle(tmp_path / "a", config=config)) == code


def test_what_is_not_a_bundle_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_bytes(b"hello")
    assert code_of(tmp_path / "empty") == "BED-BUNDLE-001"
    assert code_of(tmp_path / "text.zip") == "BED-FILE-003"
    assert code_of(tmp_path / "nowhere") == "BED-FILE-001"


def test_labels_come_from_the_metadata_without_the_background() -> None:
    assert read_metadata(METADATA).labels == ((1, "air"), (2, "bone"))
    for wrong in ({}, {"0": "background"}, {"x": "a"}, {"1": "a", "2": "a"}):
        form = changed(METADATA)
        form["network_data_format"]["outputs"]["pred"]["channel_def"] = wrong
        with pytest.raises(BedsideError):
            read_metadata(form)


def test_a_bundle_without_a_modality_needs_one(tmp_path: Path) -> None:
    form = changed(METADATA)
    del form["network_data_format"]["inputs"]["image"]["modality"]
    folder = write_bundle(tmp_path / "a", metadata=form)
    assert code_of(folder) == "BED-BUNDLE-007"
    assert examined(folder, modalities=[Modality.MR]).modalities == (Modality.MR,)


def test_a_disabled_step_and_a_step_for_the_label_are_left_out() -> None:
    from bedside.tools.bundles.preprocess import steps_of

    config = with_step(_target_="Flipd", _disabled_=True)
    config["preprocessing"]["transforms"].append({"_target_": "ScaleIntensityd", "keys": "label"})
    assert [s.target for s in steps_of(BundleConfig(config))] == ["Orientationd", "Spacingd", "ScaleIntensityRanged"]


def test_names_are_plain_and_begin_alike() -> None:
    assert expert_name("spleen_ct_segmentation_v0.5.9") == "bundle_spleen_ct_segmentation"
    assert expert_name("../../Évil name") == "bundle_vil_name"
    assert expert_name("") == "bundle_unnamed"


def test_a_configuration_of_the_usual_form_is_read_without_running_any_of_it() -> None:
    config = parse_config(json.dumps(CONFIG).encode(), True)
    assert config.value("network") == config.value("network_def")
    assert LABELS["1"] == "air"


def test_a_bundle_of_vista3ds_form_is_read_without_its_scripts() -> None:
    """Prompted by class: a network named in an expression, its own inferer, and functions after the decision."""
    from bedside.tools.bundles.labelling import deciding
    from bedside.tools.bundles.network import known_network
    from bedside.tools.bundles.preprocess import steps_of
    from bedside.tools.bundles.sliding import windowing
    from bedside.tools.bundles.store import network_of

    steps = [
        {"_target_": "LoadImaged", "keys": "image", "image_only": True},
        {"_target_": "Spacingd", "keys": "image", "pixdim": "@spacing"},
        {"_target_": "monai.apps.vista3d.transforms.VistaPreTransformd", "keys": "image", "labels_dict": "@labels"},
        {"_target_": "CastToTyped", "keys": "image", "dtype": "$torch.float32"},
    ]
    raw = {
        "spacing": [1.5, 1.5, 1.5],
        "labels": "$json.loads(pathlib.Path('x').read_text())",
        "network_def": "$monai.networks.nets.vista3d132(in_channels=1)",
        "steps": steps,
        "preprocessing": {"_target_": "Compose", "transforms": "$@steps "},
        "inferer": {"_target_": "scripts.inferer.Vista3dInferer", "roi_size": [128, 128, 128], "overlap": 0.3},
        "postprocessing": {
            "_target_": "Compose",
            "transforms": [
                {"_target_": "monai.apps.vista3d.transforms.VistaPostTransformd", "keys": "pred"},
                {"_target_": "Invertd", "keys": "pred", "transform": "$copy.deepcopy(@preprocessing)"},
                {"_target_": "Lambdad", "keys": "pred", "func": "$lambda x: torch.nan_to_num(x, nan=255)"},
            ],
        },
    }
    config = parse_config(json.dumps(raw).encode(), True)
    assert known_network(network_of(config)).target.endswith("vista3d132")
    assert [step.target for step in steps_of(config)] == ["Spacingd"]
    assert windowing(config.value("inferer")).overlap == (0.3, 0.3, 0.3)
    assert deciding(config).left_out == ("Lambdad",)
