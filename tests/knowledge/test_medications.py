"""The table of medicines: it is whole, it says where each row comes from, and it refuses rows that do not fit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bedside.core.errors import KnowledgeError
from bedside.knowledge.medications import medication_table, members, verify
from bedside.knowledge.medications.load import FOLDER, pair_index, read_table


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the table with one thing changed."""
    shutil.copytree(FOLDER, folder / "medications")
    path = folder / "medications" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder / "medications"


def test_the_table_holds_at_least_four_hundred_pairs_of_each_of_which_the_source_is_named() -> None:
    table = medication_table()
    assert len(table.interactions) >= 400
    assert all(table.sources[row.source].link.startswith("https://") for row in table.interactions)
    assert len({frozenset((r.a, r.b)) for r in table.interactions}) == len(table.interactions)


def test_a_class_stands_for_its_drugs_and_a_group_for_its_classes() -> None:
    assert {"apixaban", "rivaroxaban"} <= members("direct oral anticoagulant")
    assert {"warfarin", "dabigatran"} <= members("oral anticoagulant")
    assert members("warfarin") == {"warfarin"}


def test_the_row_of_the_two_drugs_comes_before_the_row_of_their_class() -> None:
    row = medication_table().interactions[pair_index()[frozenset(("aspirin", "ibuprofen"))][0]]
    assert {row.a, row.b} == {"aspirin", "ibuprofen"}


def test_no_band_says_to_reduce_without_saying_to_what_or_to_see_the_label() -> None:
    for drug, rule in medication_table().renal.items():
        for band in rule.bands:
            said = any(c.isdigit() for c in band.text) or any(
                w in band.text.lower() for w in ("see label", "half", "level", "usual dose", "lowest")
            )
            assert band.do != "reduce" or said, (drug, band.text)


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("hepatic.yaml", "methotrexate: [contraindicated", "methotrexate: [dreadful", "BED-KNOW-090"),
        ("hepatic.yaml", "methotrexate: [", "metotrexat: [", "BED-KNOW-091"),
        ("hepatic.yaml", "label-methotrexate]", "label-nothing]", "BED-KNOW-091"),
        ("groups.yaml", "[clarithromycin,", "[claritromycin,", "BED-KNOW-091"),
        ("conditions.yaml", "any: [asthma, asthma_attack]", "any: [astma]", "BED-KNOW-091"),
        ("conditions.yaml", "any: [asthma, asthma_attack]", "any: [asthma, astma]", "BED-KNOW-091"),
        ("conditions.yaml", "any: [asthma, asthma_attack]", "any: []", "BED-KNOW-091"),
        ("renal.yaml", "metformin: {by: egfr", "metformin: {by: guess", "BED-KNOW-090"),
        ("renal.yaml", "{from: 30, below: 45, do: caution", "{from: 20, below: 45, do: caution", "BED-KNOW-092"),
        ("renal.yaml", "{from: 30, below: 45, do: caution", "{from: 50, below: 45, do: caution", "BED-KNOW-090"),
        ("interactions/statins.yaml", "    telithromycin: [", "    lovastatin: [", ""),
        ("interactions/statins.yaml", "- drug: lovastatin", "- drug: simvastatin", "BED-KNOW-092"),
        ("age.yaml", "{below: 16, severity", "{below: 16, from: 3, severity", "BED-KNOW-090"),
        ("qt.yaml", "limits:", "limit:", "BED-KNOW-090"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_by_code(tmp_path: Path, name: str, old: str, new: str, code: str) -> None:
    folder = changed(tmp_path, name, old, new)
    if not code:
        verify(read_table(folder))
        return
    with pytest.raises(KnowledgeError) as caught:
        verify(read_table(folder))
    assert caught.value.code == code
