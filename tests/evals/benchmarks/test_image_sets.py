"""The readers of sets with images, each on small files of the published form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.benchmark_rows import SECRET, check, tells_no_secret, write_image, write_lines, write_list, write_table

from bedside.core.errors import SettingsError
from bedside.evals.benchmarks import (
    chestagentbench,
    deeptumorvqa,
    multimedbench,
    nejm_images,
    omnimedvqa,
    pathvqa,
    slake,
    smmile,
    vqa_rad,
)
from bedside.evals.benchmarks.forms import options_in

VQA_RAD: dict[str, Any] = {
    "qid": 1, "phrase_type": "test_freeform", "qid_linked_id": "x", "image_name": "a.jpg", "image_organ": "CHEST",
    "question": "Is there an effusion?", "answer": "Yes", "answer_type": "CLOSED", "question_type": "PRES",
}  # fmt: skip
SLAKE: dict[str, Any] = {
    "qid": 9, "img_id": 1, "img_name": "xm1/source.jpg", "question": "Which organ is this?", "answer": SECRET,
    "q_lang": "en", "modality": "X-Ray", "answer_type": "OPEN", "content_type": "Organ", "triple": [],
}  # fmt: skip
OMNI: dict[str, Any] = {
    "dataset": "Chest CT", "question_id": "c_1", "question_type": "Disease Diagnosis", "question": "What is seen?",
    "gt_answer": "Normal", "image_path": "Images/c/1.png", "option_A": "Cancer", "option_B": "Normal",
    "modality_type": "CT",
}  # fmt: skip
TUMOR: dict[str, Any] = {
    "qid": "bench_1", "image_id": "BDMAP_1", "spacing": "[0.8 0.8 5.0]", "shape": "(512, 512, 116)", "sex": None,
    "age": "61", "question": "How large is the spleen?", "answer": SECRET, "correct_option": "B",
    "mc_question": "How large is the spleen? A: Normal B: Moderate enlargement C: Severe", "question_type": "reasoning",
}  # fmt: skip
CHEST: dict[str, Any] = {
    "question_id": "17158_1", "case_id": "17158", "question": "What is seen? A) Effusion B) Mass C) Nothing",
    "answer": "C", "images": [["figures/17158/a.jpg"], ["figures/17158/b.jpg"]], "explanation": SECRET,
}  # fmt: skip


def test_vqa_rad_asks_its_test_set(tmp_path: Path) -> None:
    write_image(tmp_path / "VQA_RAD Image Folder" / "a.jpg")
    raws = [
        VQA_RAD,
        VQA_RAD | {"qid": 2, "answer": "left lung"},
        VQA_RAD | {"qid": 3, "image_name": "gone.jpg"},
        VQA_RAD | {"qid": 4, "phrase_type": "freeform"},
    ]
    rows = vqa_rad.load(write_list(tmp_path / "VQA_RAD Dataset Public.json", raws, cut=True))
    check(rows, faults=2)
    assert [r.case.task for r in rows[:2]] == ["choose", "write"]
    assert rows[0].gold.option == "A"
    assert rows[1].gold.texts == ("left lung",)
    assert len(vqa_rad.load(write_list(tmp_path / "other.json", [{**VQA_RAD, "phrase_type": ""}]))) == 1


def test_slake_asks_in_english(tmp_path: Path) -> None:
    write_image(tmp_path / "imgs" / "xm1" / "source.jpg")
    write_list(tmp_path / "train.json", [SLAKE])
    write_list(tmp_path / "test.json", [SLAKE, SLAKE | {"qid": 10, "q_lang": "zh"}, SLAKE | {"qid": 11, "answer": ""}])
    rows = slake.load(tmp_path)
    check(rows, faults=1)
    assert [r.case.id for r in rows] == ["qid 9", "qid 11"]
    assert tells_no_secret(rows)


def test_pathvqa_opens_no_pickle(tmp_path: Path) -> None:
    write_image(tmp_path / "images" / "test" / "t_1.jpg")
    (tmp_path / "test_qas.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(SettingsError):
        pathvqa.load(tmp_path)
    raw = {"image": "t_1", "question": "Is it a liver?", "answer": "no"}
    for file in (write_list(tmp_path / "test_qas.json", [raw, {"image": "t_1"}]),):
        rows = pathvqa.load(file)
        check(rows, faults=1)
        assert rows[0].gold.option == "B"
    assert pathvqa.load(write_table(tmp_path / "qas.csv", [raw]))[0].fault == ""


def test_omnimedvqa_finds_its_option_and_its_image(tmp_path: Path) -> None:
    write_image(tmp_path / "Images" / "c" / "1.png")
    raws = [
        OMNI,
        OMNI | {"question_id": "c_2", "gt_answer": "Measles"},
        OMNI | {"question_id": "c_3", "image_path": "x.png"},
    ]
    write_list(tmp_path / "QA_information" / "Open-access" / "Chest.json", raws)
    rows = omnimedvqa.load(tmp_path)
    check(rows, faults=2)
    assert rows[0].gold.option == "B"
    assert len(rows[0].case.options) == 2


def test_deeptumorvqa_reads_the_options_out_of_the_question(tmp_path: Path) -> None:
    folder = tmp_path / "benchmark"
    write_image(folder / "images_2d" / "whole" / "BDMAP_1.png")
    raws = [TUMOR, TUMOR | {"qid": "b2", "mc_question": "None?"}, TUMOR | {"qid": "b3", "image_id": "BDMAP_2"}]
    (folder / "test_qa.json").write_text(json.dumps({"num_questions": 3, "questions": raws}), encoding="utf-8")
    rows = deeptumorvqa.load(tmp_path)
    check(rows, faults=2)
    case = rows[0].case
    assert case.question == "How large is the spleen?"
    assert [o.text for o in case.options] == ["Normal", "Moderate enlargement", "Severe"]
    assert "age 61" in case.context
    assert "sex" not in case.context
    assert rows[0].gold.option == "B"
    assert tells_no_secret(rows)
    assert len(deeptumorvqa.load(write_lines(folder / "test_qa.jsonl", raws))) == 3


def test_chestagentbench_shows_every_image(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_image(tmp_path / "figures" / "17158" / f"{name}.jpg")
    raws = [CHEST, CHEST | {"question_id": "2", "images": []}, CHEST | {"question_id": "3", "answer": "F"}]
    for file in ("metadata.jsonl", "chestagentbench/metadata.jsonl"):
        rows = chestagentbench.load(write_lines(tmp_path / file, raws))
        check(rows, faults=2)
        assert len(rows[0].case.pictures) == 2
        assert rows[0].gold.option == "C"
        assert tells_no_secret(rows)


def test_smmile_shows_examples_with_their_answers_and_asks_the_last(tmp_path: Path) -> None:
    for n in (1, 2, 3):
        write_image(tmp_path / "images" / f"{n}.png")
    raws = [
        {"problem_id": "7", "order": "2", "question": "And this?", "answer": "Psoriasis", "image": "2.png"},
        {"problem_id": "7", "order": "10", "question": "And this one?", "answer": SECRET, "image": "3.png"},
        {"problem_id": "7", "order": "1", "question": "What is this?", "answer": "Eczema", "image": "1.png"},
        {"problem_id": "8", "order": "x", "question": "And?", "answer": "a", "image": "1.png"},
        {"problem_id": "", "order": "1", "question": "And?", "answer": "a", "image": "1.png"},
    ]
    for file in (write_table(tmp_path / "smmile.csv", raws), write_lines(tmp_path / "smmile.jsonl", raws)):
        rows = smmile.load(file)
        check(rows, faults=2)
        case = rows[0].case
        assert case.context.startswith("Example 1 (image 1): What is this?\nAnswer: Eczema")
        assert case.question == "And this one? (image 3)"
        assert [p.path.name for p in case.pictures if p.path] == ["1.png", "2.png", "3.png"]
        assert tells_no_secret(rows)


def test_an_image_challenge_without_its_image_is_a_fault(tmp_path: Path) -> None:
    write_image(tmp_path / "images" / "12.png")
    raw = {
        "img_id": "12", "case_vignette": "A man coughs. What is it?", "choice_1": "Croup", "choice_2": "Flu",
        "answer": "Flu", "confidence": "0.6", "case_id": "case_12",
    }  # fmt: skip
    rows = nejm_images.load(write_table(tmp_path / "nejmai.csv", [raw, raw | {"img_id": "13", "case_id": "case_13"}]))
    check(rows, faults=1)
    assert rows[0].gold.option == "B"
    assert rows[0].case.context == "A man coughs."


def test_multimedbench_takes_the_sets_that_are_there_in_turn(tmp_path: Path) -> None:
    write_image(tmp_path / "slake" / "imgs" / "xm1" / "source.jpg")
    write_list(tmp_path / "slake" / "test.json", [SLAKE, SLAKE | {"qid": 10}])
    medqa = {"question": "A man coughs. Why?", "options": {"A": "Flu", "B": "Croup"}, "answer_idx": "A"}
    write_lines(tmp_path / "medqa" / "test.jsonl", [medqa], cut=True)
    rows = multimedbench.load(tmp_path)
    check(rows, faults=1)
    assert [r.case.id for r in rows] == ["medqa: test.jsonl 1", "slake: qid 9", "medqa: test.jsonl 2", "slake: qid 10"]
    with pytest.raises(SettingsError) as caught:
        multimedbench.load(tmp_path / "slake")
    assert "vqa-rad" in caught.value.do


@pytest.mark.parametrize(
    ("text", "question", "options"),
    [
        ("Which? A: one B: two", "Which?", {"A": "one", "B": "two"}),
        ("Which?\nA) one\nB) two C. \nC) three", "Which?", {"A": "one", "B": "two C.", "C": "three"}),
        ("Is vitamin A. low? A) yes B) no", "Is vitamin A. low?", {"A": "yes", "B": "no"}),
    ],
)
def test_options_are_read_behind_the_question(text: str, question: str, options: dict[str, str]) -> None:
    assert options_in(text) == (question, options)


def test_a_question_without_options_is_not_of_the_form() -> None:
    with pytest.raises(ValueError, match="no options"):
        options_in("Which A: is it?")
