"""The form of the files of diseases, what is refused in them, and Bedside's own."""

from __future__ import annotations

import pytest
from support.diseases import FOLDER as MIXED

from bedside.core.errors import KnowledgeError
from bedside.knowledge.diseases import diseases, plain_name, wrong_codes
from bedside.tools.differential.table import Table

GOOD = """
{id}:
  name: {name}
  icd10: A00
  common: 3
  age: {{18-40: 1, 40-: 1.5}}
  sex: {{female: 1, male: 0}}
  findings: {{fever: usual, "sodium < 130": sometimes, cough: 0.4}}
  source: "Anyone 2016"
"""


def written(folder, text):
    (folder / "made.yaml").write_text(text, encoding="utf-8")
    return diseases(folder)


def test_a_disease_is_read_with_its_bands_and_frequencies(tmp_path):
    (row,) = written(tmp_path, GOOD.format(id="a-b", name="A b"))
    assert [(f.finding, f.share) for f in row.findings] == [("fever", 0.8), ("sodium < 130", 0.25), ("cough", 0.4)]
    weights = [Table((row,)).ages(years)[0] for years in (17, 18, 39.9, 40, 90)]
    assert weights == pytest.approx([0.05 * (17 / 18) ** 2, 1, 1, 1.5, 1.5], rel=0.01)
    assert (row.sex_weight("male"), row.sex_weight("female"), row.system) == (0, 1, "made")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("fever: usual", "feverish: usual", "not a finding"),
        ("fever: usual", "fever: mostly", "no frequency"),
        ("cough: 0.4", "cough: 1.4", "less than 1"),
        ('"sodium < 130"', "sodium", "is a number"),
        ('"sodium < 130"', '"sodium < 1300"', "nobody has"),
        ("cough:", '"cough > 3":', "there or not"),
        ("cough:", '"not cough":', "negated"),
        ("cough:", '"cough >":', "not a condition"),
        ("18-40", "40-18", "ends before"),
        ("18-40", "adult", "not a band"),
        ("male: 0", "man: 0", "female and male"),
        ("common: 3", "common: 6", "common"),
        ("A00", "00A", "icd10"),
        ("Anyone 2016", "Anyone", "source"),
        ("  icd10: A00\n", "", "icd10"),
        ("  common: 3", "  commonness: 3", "common"),
    ],
)
def test_a_broken_entry_is_refused_by_name(tmp_path, before, after, said):
    text = GOOD.format(id="a-b", name="A b")
    assert before in text
    with pytest.raises(KnowledgeError, match=said) as caught:
        written(tmp_path, text.replace(before, after))
    assert caught.value.code == "BED-KNOW-080" and "a-b" in caught.value.what


def test_two_diseases_do_not_share_a_name(tmp_path):
    twice = GOOD.format(id="one", name="Crohn's disease") + GOOD.format(id="two", name="Crohn disease")
    with pytest.raises(KnowledgeError) as caught:
        written(tmp_path, twice)
    assert caught.value.code == "BED-KNOW-081" and "one" in caught.value.what and "two" in caught.value.what


def test_names_are_compared_without_possessive_case_or_marks():
    assert plain_name("Wegener’s  Granulomatosis (GPA)") == plain_name("wegener granulomatosis, GPA")


def test_a_code_that_icd_does_not_hold_is_named(tmp_path):
    (row,) = written(tmp_path, GOOD.format(id="a-b", name="A b").replace("A00", "A00.7"))
    assert wrong_codes((row,)) == ("a-b: A00.7",)
    assert wrong_codes(diseases(MIXED)) == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Stable angina", "Stable angina"),
        ("Apnoea of prematurity", "Apnea of prematurity"),
        ("Primary CNS lymphoma", "Primary central nervous system lymphoma"),
        ("Sturge-Weber syndrome", "Sturge-Weber"),
        ("Chronic granulomatous disease", "granulomatous disease"),
        ("IgA nephropathy", "immunoglobulin A nephropathy"),
        ("Maturity-onset diabetes of the young", "Other specified diabetes"),
        ("Salivary gland stone", "Sialolithiasis"),
        ("Viral pharyngitis", "Acute pharyngitis due to other specified organisms"),
        ("Hereditary orotic aciduria", "Other specified disorders of purine and pyrimidine"),
    ],
)
def test_a_code_says_the_disease_and_not_a_wider_group_or_a_neighbour(name, words):
    import simple_icd_10_cm as icd

    code = next(row.icd10 for row in diseases() if row.name == name)
    assert words in "; ".join((icd.get_description(code), *icd.get_inclusion_term(code)))


def test_our_own_diseases_load_and_have_codes():
    assert wrong_codes(diseases()) == ()
