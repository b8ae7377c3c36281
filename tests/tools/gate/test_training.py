"""The recipe on small made sets: the split, what is drawn beside them, and that what is learnt is kept and checked."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.data import data_folder
from support.ecg import sinus
from support.gate import with_trunk
from support.image_files import write_record

from bedside.core.errors import SettingsError
from bedside.tools import shipped
from bedside.tools.gate import sources, train, weights
from bedside.tools.gate.classes import BY_NAME
from bedside.tools.gate.sources import PARTS, Source, part_of, patient_of, samples


def test_every_set_names_its_class_licence_and_part():
    assert {one.label for one in sources.sources()} == set(BY_NAME)
    for one in sources.sources():
        assert one.part in (*PARTS, "by patient", "unknown") and one.licence and one.address
        forbids = "NC" in one.licence or "none stated" in one.licence
        assert not forbids or one.part in ("test", "unknown"), one.name


def test_a_set_that_is_trained_on_is_not_measured_on_unless_split_by_patient():
    trained = {f for one in sources.sources() if one.part in PARTS[:2] for f in one.files}
    tested = {f for one in sources.sources() if one.part == "test" for f in one.files}
    assert not trained & tested


def _source(**changes: object) -> Source:
    base = {
        "name": "made",
        "files": ["made/*.png"],
        "label": "head_mr",
        "part": "by patient",
        "licence": "x",
        "address": "y",
    }
    return Source.model_validate({**base, **changes})


def test_all_pictures_of_a_patient_are_in_one_part():
    one = _source(patient=4)
    assert {patient_of(one, Path(f"p012_{n}.png")) for n in range(9)} == {"p012"}
    parts = [part_of(f"p{n:03d}", one) for n in range(2000)]
    assert parts == [part_of(f"p{n:03d}", one) for n in range(2000)]
    assert [parts.count(part) / 2000 for part in PARTS] == pytest.approx([0.7, 0.15, 0.15], abs=0.03)


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Sets of two classes: dark pictures of a bright ring, and bright ones of stripes."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:90, 0:90] / 45 - 1
    ring = np.exp(-(((np.hypot(x, y) - 0.5) / 0.1) ** 2)) * 200
    for name, base in (("head_mr", ring), ("not_medical", 128 + 100 * np.sign(np.sin(x * 30)))):
        (tmp_path / name).mkdir()
        for n in range(40):
            noisy = np.clip(base + rng.normal(0, 12, base.shape), 0, 255).astype(np.uint8)
            Image.fromarray(noisy).save(tmp_path / name / f"p{n:02d}.png")
    (tmp_path / name / "broken.png").write_bytes(b"no picture")
    rows = tuple(_source(name=n, files=[f"{n}/*.png"], label=n) for n in ("head_mr", "not_medical"))
    monkeypatch.setattr(sources, "sources", lambda: rows)
    (tmp_path / "wfdb_ecg").mkdir()
    for name, rate in (("one", 70), ("two", 110)):
        write_record(tmp_path / "wfdb_ecg", sinus(rate, rate=360.0), name=name)
    return tmp_path


def test_broken_files_are_left_out_and_an_empty_folder_is_said(made, tmp_path_factory):
    found = samples(made, PARTS)
    assert len(found) == 80 and {one.picture.shape for one in found} == {(160, 160, 3)}
    with pytest.raises(SettingsError, match="none of the gate's pictures"):
        samples(tmp_path_factory.mktemp("empty"), PARTS)


def test_one_command_trains_and_what_it_wrote_tells_the_classes_apart(made, tmp_path, monkeypatch, capsys):
    settings = with_trunk()
    monkeypatch.setattr(train, "Recipe", lambda **given: _RECIPE._replace(**given))
    out = tmp_path / "out"
    monkeypatch.setattr(sys, "argv", ["train", "--data", str(made), "--out", str(out), "--threads", "1"])
    train.main()
    told = json.loads((out / shipped.FACTS).read_text())
    assert told["validation accuracy"] > 0.9 and told["limit"] > 0
    assert set(told["pictures"]["train"]) == {"head_mr", "not_medical", "ecg_tracing"}
    assert "drawn tracings" in told["pictures"]["validation"]["ecg_tracing"]
    assert weights.load(settings, out).limit == told["limit"]
    assert "pictures described" in capsys.readouterr().err


_RECIPE = train.Recipe(copies=1, axes=24, hidden=16, batch=16, tracings=20, drawings=20)


@pytest.mark.data
def test_kermanys_held_out_persons_are_held_out_here_too():
    from bedside.tools.experts.cxr_pneumonia import kermany

    data = data_folder()
    one = next(s for s in sources.sources() if s.name == "kermany")
    held = {f.path.name: kermany.part_of(f.person) for f in kermany.films(data) if f.folder == "train"}
    for path in sorted(data.glob(one.files[0]))[::97]:
        assert PARTS.index(part_of(patient_of(one, path), one)) == kermany.PARTS.index(held[path.name])
