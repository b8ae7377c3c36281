"""EfficientNet-Lite0 as it is rebuilt here gives what the published package gives, and no format leaves a trace."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from support.case_files import blot, write_film, write_png

from bedside.core.errors import WeightError
from bedside.core.settings import Settings
from bedside.core.study import Modality, StudyInfo
from bedside.core.weights import weight_status
from bedside.tools.imaging.door import open_file
from bedside.tools.similar.efficientnet import network
from bedside.tools.similar.embed2d import PictureEmbedder, prepared
from bedside.tools.similar.states import read_state


@pytest.fixture(scope="module")
def embedder():
    settings = Settings(offline=True)
    if weight_status("efficientnet-lite0", settings).state != "ready":
        pytest.skip("the weight efficientnet-lite0 is not in the cache; `bedside doctor` says how to get it")
    return PictureEmbedder(settings)


def study(path):
    return open_file(path, attachment_id="A1", limit_bytes=100_000_000)


def test_the_whole_picture_is_taken_in_its_own_proportions(tmp_path):
    values = prepared(study(write_png(tmp_path / "a.png", np.full((50, 100, 3), (255, 255, 0), np.uint8))))
    assert values.shape == (3, 224, 224) and values.dtype == np.float32
    assert values[:, 112, 5].tolist() == [1.0, 1.0, -127 / 128]
    assert values[0, 20, 112] == pytest.approx(-127 / 128)


def test_one_film_as_png_and_dicom_has_one_vector(tmp_path, embedder):
    picture = np.asarray(Image.fromarray(blot(4, 4)).resize((400, 400), Image.Resampling.BICUBIC))
    one = embedder.encode(study(write_png(tmp_path / "a.png", picture)))
    other = embedder.encode(study(write_film(tmp_path / "a.dcm", picture, "MRN-1")))
    assert one.shape == (1280,) and np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    assert float(one @ other) > 0.999


def test_signals_volumes_and_specks_are_not_embedded():
    def info(kind, *shape):
        axes = ("row", "column", "slice")[: len(shape)]
        return StudyInfo(id="A1", kind=kind, modality=Modality.UNKNOWN, axes=axes, shape=shape, sha256="0" * 64)

    embedder = PictureEmbedder(Settings(offline=True))
    assert embedder.refuses(info("image", 500, 400)) == ""
    assert "volume" in embedder.refuses(info("volume", 50, 50, 50)) and "signal" in embedder.refuses(
        info("signal", 1, 9)
    )
    assert "too few" in embedder.refuses(info("image", 10, 400))


def test_a_file_of_other_weights_or_with_code_in_it_is_refused(tmp_path):
    import pickle

    import torch

    class Harm:
        def __reduce__(self):
            return (print, ("ran",))

    torch.save({"layer": torch.zeros(3)}, tmp_path / "other.pth")
    (tmp_path / "harm.pth").write_bytes(pickle.dumps(Harm()))
    (tmp_path / "text.pth").write_text("no weights")
    for name in ("other.pth", "harm.pth", "text.pth", "missing.pth"):
        with pytest.raises(WeightError, match="BED-WEIGHT-009"):
            read_state(tmp_path / name, network)
