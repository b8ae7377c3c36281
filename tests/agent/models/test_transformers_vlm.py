from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from PIL import Image
from pydantic import BaseModel
from support.tiny_vlm import make_llava, make_qwen_vl

from bedside.agent.models import choose, core_model, decide, image_block, sees_images
from bedside.agent.models.vlm_messages import to_chat
from bedside.core.errors import ImageReadError, ModelOutputError, ModelUnavailableError
from bedside.core.settings import CoreModelSettings, Settings


class Finding(BaseModel):
    label: str


def _png(colour: str, size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def _asked(colour: str) -> HumanMessage:
    return HumanMessage(content=[{"type": "text", "text": "What is seen?"}, image_block(_png(colour))])


def _model(folder: Path, timeout: float = 60.0) -> BaseChatModel:
    model = CoreModelSettings(backend="transformers", name=str(folder), timeout=timeout)
    return core_model(Settings(offline=True, model=model))


@pytest.fixture(scope="module", params=[make_llava, make_qwen_vl])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    make: Callable[[Path], Path] = request.param
    return make(tmp_path_factory.mktemp(make.__name__))


@pytest.fixture(scope="module")
def model(folder: Path) -> BaseChatModel:
    return _model(folder)


def test_an_image_reaches_the_model_and_changes_what_it_says(model: BaseChatModel) -> None:
    def first(colour: str) -> float:
        answer = model.invoke([_asked(colour)], max_tokens=2, logprobs=True, top_logprobs=3)
        return float(answer.response_metadata["logprobs"]["content"][0]["logprob"])

    assert sees_images(model)
    assert first("red") == pytest.approx(first("red"))
    assert first("red") != pytest.approx(first("blue"), abs=1e-6)


def test_an_image_takes_more_tokens_than_its_absence(model: BaseChatModel) -> None:
    with_image = model.invoke([_asked("red")], max_tokens=1).usage_metadata
    without = model.invoke("What is seen?", max_tokens=1).usage_metadata
    assert with_image is not None
    assert without is not None
    assert with_image["input_tokens"] > without["input_tokens"]


def test_several_turns_and_several_images_are_taken(model: BaseChatModel) -> None:
    turns = [SystemMessage(content="Be brief."), _asked("red"), AIMessage(content="Red."), _asked("blue")]
    assert model.invoke(turns, max_tokens=2).usage_metadata is not None


def test_log_probabilities_have_openais_shape_and_options_can_be_chosen(model: BaseChatModel) -> None:
    content = model.invoke("?", max_tokens=2, logprobs=True, top_logprobs=4).response_metadata["logprobs"]["content"]
    assert len(content) == 2
    assert [len(token["top_logprobs"]) for token in content] == [4, 4]
    top = content[0]["top_logprobs"]
    assert all(t["logprob"] <= 0 for t in top)
    options = tuple(t["token"] for t in top if t["token"].strip() == t["token"] and t["token"].isprintable())[:2]
    if len(options) == 2:
        assert sum(choose(model, "?", options).probabilities.values()) == pytest.approx(1)


def test_a_model_that_cannot_write_json_is_an_error_after_one_retry(model: BaseChatModel) -> None:
    with pytest.raises(ModelOutputError, match="form of Finding"):
        decide(model, "What is seen?", Finding, max_tokens=4)


def test_a_slow_answer_is_given_up(folder: Path) -> None:
    slow = _model(folder, timeout=0.0001)
    with pytest.raises(ModelUnavailableError) as error:
        slow.invoke("?", max_tokens=50)
    assert error.value.code == "BED-MODEL-003"


def test_a_folder_without_a_model_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="could not load"):
        _model(tmp_path).invoke("?")


def test_the_schema_is_put_after_the_question() -> None:
    chat = to_chat([HumanMessage(content="Which?")], "Answer with JSON.")
    assert [b["text"] for b in chat[-1]["content"]] == ["Which?", "\n\nAnswer with JSON."]


@pytest.mark.parametrize(
    "block",
    [
        image_block(_png("red")),
        {"type": "image", "base64": base64.b64encode(_png("red")).decode(), "mime_type": "image/png"},
        {"type": "image", "source_type": "base64", "data": base64.b64encode(_png("red")).decode()},
        {"type": "image_url", "image_url": f"data:image/png;base64,{base64.b64encode(_png('red')).decode()}"},
    ],
    ids=["image_url", "base64", "data", "bare url"],
)
def test_every_form_of_an_inline_image_is_decoded(block: dict[str, object]) -> None:
    (found,) = to_chat([HumanMessage(content=[block])])[0]["content"]
    assert (found["image"].size, found["image"].mode) == ((64, 48), "RGB")


@pytest.mark.parametrize(
    "url",
    ["https://example.org/x.png", "file:///etc/passwd", "data:image/png;base64,", "data:image/png;base64,!!!!",
     f"data:image/png;base64,{base64.b64encode(b'not an image').decode()}", ""],
)  # fmt: skip
def test_an_image_that_is_not_inline_or_not_an_image_is_refused(url: str) -> None:
    with pytest.raises(ImageReadError):
        to_chat([HumanMessage(content=[{"type": "image_url", "image_url": {"url": url}}])])


def test_no_code_of_a_repository_is_run(folder: Path, tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    planted.mkdir()
    for file in folder.iterdir():
        (planted / file.name).write_bytes(file.read_bytes())
    trace = tmp_path / "ran"
    (planted / "evil.py").write_text(f"open({str(trace)!r}, 'w')\nclass Evil: pass\n")
    config = json.loads((planted / "config.json").read_text())
    config["auto_map"] = {"AutoModelForImageTextToText": "evil.Evil", "AutoConfig": "evil.Evil"}
    (planted / "config.json").write_text(json.dumps(config))
    assert _model(planted).invoke("?", max_tokens=1).usage_metadata is not None
    assert not trace.exists()
