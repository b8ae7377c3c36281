from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.small_library import HYPERTENSION, PNEUMONIA, small_library, write_guidelines

from bedside.core.errors import KnowledgeError
from bedside.core.settings import Settings
from bedside.knowledge import library as module
from bedside.knowledge.library import FOLDER, library_digest, load_library


def test_the_whole_library_loads_and_is_as_large_as_promised() -> None:
    library = load_library()
    assert len(library.guidelines) >= 25
    assert len(library.passages()) >= 60


def test_every_sentence_of_the_library_stands_verbatim_in_its_file() -> None:
    for guideline in load_library().guidelines:
        text = (FOLDER / f"{guideline.id}.yaml").read_text(encoding="utf-8")
        for recommendation in guideline.recommendations:
            for sentence in recommendation.sentences:
                assert sentence in text


def test_a_passage_is_one_recommendation_and_its_offsets_cut_out_its_sentences(tmp_path: Path) -> None:
    passage = small_library(tmp_path).passage("ts-pneumonia-2024#hospital")
    assert passage.text == " ".join(passage.recommendation.sentences)
    assert tuple(passage.text[a:b] for a, b in passage.offsets) == passage.recommendation.sentences


def test_a_recommendation_is_found_by_its_passage_id(tmp_path: Path) -> None:
    library = small_library(tmp_path)
    assert library.recommendation("ts-pneumonia-2024#home").when == ("curb65 <= 1",)
    with pytest.raises(KnowledgeError, match="BED-KNOW-008"):
        library.recommendation("ts-pneumonia-2024#nowhere")


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("year: 2024", "year: 1066", "BED-KNOW-002", "year"),
        ("year: 2024", "year: 2024\ncolour: red", "BED-KNOW-002", "colour"),
        ('publisher: "The Testing Society"\n', "", "BED-KNOW-002", "publisher"),
        ("status: current", "status: fine", "BED-KNOW-002", "'current'"),
        ("answers: [disposition]", "answers: [opinion]", "BED-KNOW-002", "'diagnosis'"),
        ('["curb65 >= 3"]', '["curb65 is high"]', "BED-KNOW-002", "recommendations.0.when"),
        ("  - id: home", "  - id: hospital", "BED-KNOW-002", "unique"),
        ("year: 2024", "year: [", "BED-KNOW-001", "YAML"),
        (
            '"Adults with pneumonia and a CURB-65 score of 0',
            '"Adults with\n        pneumonia and 0',
            "BED-KNOW-006",
            "one line",
        ),
        ("can be treated at home.", "should be admitted to hospital.", None, ""),
        (
            "Adults with pneumonia and a CURB-65 score of 0 or 1 can be treated at home.",
            "Adults with pneumonia and a CURB-65 score of 3 or more should be admitted to hospital.",
            "BED-KNOW-005",
            "also stands in ts-pneumonia-2024#hospital",
        ),
    ],
)
def test_a_broken_file_is_refused_by_name_field_and_what_is_legal(
    tmp_path: Path, old: str, new: str, code: str | None, says: str
) -> None:
    assert old in PNEUMONIA
    folder = write_guidelines(tmp_path, PNEUMONIA.replace(old, new, 1))
    if code is None:
        load_library(folder=folder)
        return
    with pytest.raises(KnowledgeError) as caught:
        load_library(folder=folder)
    assert caught.value.code == code
    assert "ts-pneumonia-2024.yaml" in str(caught.value)
    assert says in str(caught.value)


def test_a_sentence_may_not_stand_in_two_files(tmp_path: Path) -> None:
    twin = PNEUMONIA.replace("id: ts-pneumonia-2024", "id: ts-twin-2024", 1)
    with pytest.raises(KnowledgeError, match="BED-KNOW-005"):
        load_library(folder=write_guidelines(tmp_path, PNEUMONIA, twin))


def test_an_id_that_is_not_the_file_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(PNEUMONIA, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="BED-KNOW-003"):
        load_library(folder=tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="BED-KNOW-007"):
        load_library(folder=tmp_path)


def test_the_second_reading_comes_from_the_cache_and_is_equal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_guidelines(tmp_path / "g", PNEUMONIA, HYPERTENSION)
    settings = Settings(cache=tmp_path / "cache")
    first = load_library(settings, folder)
    module._loaded.cache_clear()

    def no_yaml(name: str, text: str) -> None:
        raise AssertionError(f"{name} was parsed again")

    monkeypatch.setattr(module, "_guideline", no_yaml)
    assert load_library(settings, folder) == first


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    folder = write_guidelines(tmp_path / "g", PNEUMONIA)
    settings = Settings(cache=tmp_path / "cache")
    before = load_library(settings, folder)
    write_guidelines(folder, PNEUMONIA.replace("2.1", "9.9"))
    after = load_library(settings, folder)
    assert after.recommendation("ts-pneumonia-2024#amoxicillin").section == "9.9"
    assert before.digest != after.digest == library_digest(folder)


def test_a_damaged_cache_is_replaced_by_the_files(tmp_path: Path) -> None:
    folder = write_guidelines(tmp_path / "g", PNEUMONIA)
    settings = Settings(cache=tmp_path / "cache")
    first = load_library(settings, folder)
    (kept,) = (tmp_path / "cache" / "library").glob("*.json")
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    module._loaded.cache_clear()
    assert load_library(settings, folder) == first
    assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the folder should be")
    folder = write_guidelines(tmp_path / "g", PNEUMONIA)
    assert load_library(Settings(cache=blocked), folder).passages()


def test_the_key_on_is_a_word_and_not_true(tmp_path: Path) -> None:
    """YAML 1.1 reads `on` as True; `checked.on` must survive."""
    assert re.search(r"^  on: 2026", PNEUMONIA, re.MULTILINE)
    assert str(small_library(tmp_path).guidelines[0].checked.on) == "2026-01-01"
