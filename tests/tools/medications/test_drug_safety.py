"""Checks of drugs: what must be caught, what must not, and what is said where the table holds nothing."""

from __future__ import annotations

import time

import pytest

from bedside.core.evidence import EvidenceKind
from bedside.core.settings import Settings
from bedside.knowledge.medications import medication_table
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.medications.asked import asked_drugs
from bedside.tools.medications.drug_safety import DrugSafety, check
from bedside.tools.medications.patient import Patient
from bedside.tools.medications.unknown import unknown_drugs
from bedside.tools.notes.read import read_note

# taken, to be started, severity: brands and US names on purpose
PAIRS = """
simvastatin|clarithromycin|contraindicated
Zocor|erythromycin|contraindicated
simvastatin|itraconazole|contraindicated
simvastatin|Paxlovid|contraindicated
simvastatin|cyclosporine|contraindicated
simvastatin|gemfibrozil|contraindicated
simvastatin|amiodarone|major
simvastatin|amlodipine|moderate
simvastatin|verapamil|major
atorvastatin|fusidic acid|contraindicated
Lipitor|clarithromycin|major
rosuvastatin|gemfibrozil|major
warfarin|clarithromycin|major
Coumadin|Bactrim|major
warfarin|metronidazole|major
warfarin|fluconazole|major
warfarin|amiodarone|major
warfarin|rifampin|major
warfarin|St John's wort|major
warfarin|ibuprofen|major
warfarin|Eliquis|contraindicated
warfarin|capecitabine|major
warfarin|tramadol|major
warfarin|ciprofloxacin|major
apixaban|ketoconazole|major
rivaroxaban|phenytoin|major
apixaban|naproxen|major
dabigatran|dronedarone|contraindicated
Xarelto|enoxaparin|contraindicated
clopidogrel|omeprazole|major
Brilinta|ketoconazole|contraindicated
digoxin|amiodarone|major
digoxin|verapamil|major
digoxin|clarithromycin|major
bisoprolol|verapamil|major
Viagra|glyceryl trinitrate|contraindicated
tadalafil|isosorbide mononitrate|contraindicated
sildenafil|riociguat|contraindicated
ivabradine|clarithromycin|contraindicated
ranolazine|ketoconazole|contraindicated
dofetilide|trimethoprim|contraindicated
propranolol|salbutamol|major
eplerenone|itraconazole|contraindicated
ramipril|spironolactone|major
lisinopril|potassium chloride|major
ramipril|losartan|major
ramipril|trimethoprim|major
Entresto|ramipril|contraindicated
ramipril|ibuprofen|major
losartan|lithium|major
spironolactone|co-trimoxazole|major
spironolactone|potassium chloride|contraindicated
lithium|ibuprofen|major
lithium|hydrochlorothiazide|major
methotrexate|naproxen|major
methotrexate|trimethoprim|contraindicated
gentamicin|furosemide|major
colchicine|clarithromycin|contraindicated
carbamazepine|clarithromycin|major
tacrolimus|clarithromycin|major
ergotamine|clarithromycin|contraindicated
midazolam|itraconazole|contraindicated
theophylline|ciprofloxacin|major
tizanidine|ciprofloxacin|contraindicated
clozapine|ciprofloxacin|major
sodium valproate|meropenem|contraindicated
sertraline|linezolid|contraindicated
isotretinoin|doxycycline|contraindicated
ethinylestradiol|rifampicin|major
ethinylestradiol|carbamazepine|major
phenelzine|sertraline|contraindicated
phenelzine|pethidine|contraindicated
selegiline|fluoxetine|contraindicated
sertraline|tramadol|major
tamoxifen|paroxetine|major
lamotrigine|sodium valproate|major
co-careldopa|haloperidol|major
sumatriptan|ergotamine|contraindicated
morphine|diazepam|major
oxycodone|pregabalin|major
methadone|naltrexone|contraindicated
azathioprine|allopurinol|major
azathioprine|febuxostat|contraindicated
methotrexate|MMR vaccine|contraindicated
tacrolimus|ciclosporin|contraindicated
pioglitazone|gemfibrozil|major
aspirin|ketorolac|contraindicated
levothyroxine|calcium carbonate|moderate
ibuprofen|naproxen|major
paracetamol|co-codamol|major
ramipril|lisinopril|major
citalopram|domperidone|major
""".strip().splitlines()

# message, and the drug of which nothing contraindicated or major may be said
QUIET = """
Not on warfarin. 60M. Start ibuprofen?|ibuprofen
He is no longer on simvastatin, 60M. Start clarithromycin?|clarithromycin
Stopped simvastatin last year, 60M. Start clarithromycin?|clarithromycin
Mother takes warfarin. 40F. Start fluconazole?|fluconazole
Father on lithium. 40F. Start ibuprofen?|ibuprofen
Denies taking sertraline, 40M. Start linezolid?|linezolid
No allergy to penicillin, 30M. Start amoxicillin?|amoxicillin
NKDA, 30M. Start amoxicillin?|amoxicillin
Sister is allergic to penicillin. 30M. Start amoxicillin?|amoxicillin
On amlodipine, 50M. Start amoxicillin?|amoxicillin
On warfarin, 60M. Start paracetamol?|paracetamol
On clopidogrel, 60M. Start pantoprazole?|pantoprazole
On clopidogrel, 60M. Start lansoprazole?|lansoprazole
On rosuvastatin, 55M. Start clarithromycin?|clarithromycin
On pravastatin, 55M. Start erythromycin?|erythromycin
On bisoprolol, 55M. Start amlodipine?|amlodipine
On ramipril, 55M. Start amlodipine?|amlodipine
On metformin, eGFR 80, 55M. Start empagliflozin?|empagliflozin
55M eGFR 80. Start metformin?|metformin
55M eGFR 80. Start nitrofurantoin?|nitrofurantoin
55M weight 80 kg creatinine 80 umol/L. Start enoxaparin?|enoxaparin
55M eGFR 80. Start dabigatran?|dabigatran
30F, pregnancy test negative. Start doxycycline?|doxycycline
30F 20 weeks pregnant. Start cefalexin?|cefalexin
30F 20 weeks pregnant. Start labetalol?|labetalol
No asthma, 50M. Start bisoprolol?|bisoprolol
Asthma in his brother, 50M. Start propranolol?|propranolol
QTc 400 ms, 30M. Start ondansetron?|ondansetron
K 4.0 mmol/L, 50M. Start spironolactone?|spironolactone
Heart failure, 60M. Start bisoprolol?|bisoprolol
On carbamazepine, 40M. Start amoxicillin?|amoxicillin
On sertraline, 40M. Start cetirizine?|cetirizine
On azathioprine, 40M. Start amoxicillin?|amoxicillin
On lithium, 40M. Start paracetamol?|paracetamol
On methotrexate, 50M. Start folic acid?|folic acid
On apixaban, 50M. Start amoxicillin?|amoxicillin
On digoxin, 50M. Start paracetamol?|paracetamol
On tamoxifen, 50F. Start citalopram?|citalopram
On simvastatin, 50M. Start doxycycline?|doxycycline
On simvastatin, 50M. Start azithromycin?|azithromycin
18-year-old man. Start codeine?|codeine
On aspirin, 50M. Start omeprazole?|omeprazole
""".strip().splitlines()

STATES = """
Allergic to penicillin. Start amoxicillin?|Amoxicillin with an allergy to penicillin: contraindicated
Penicillin anaphylaxis. Start cefalexin?|Cefalexin with an allergy to penicillin: major
29F 9 weeks pregnant. Start ramipril?|Ramipril in pregnancy: contraindicated
29F 9 weeks pregnant. Start valproate?|Sodium valproate in pregnancy: contraindicated
29F 9 weeks pregnant. Start methotrexate?|Methotrexate in pregnancy: contraindicated
29F 9 weeks pregnant. Start doxycycline?|Doxycycline in pregnancy: contraindicated
29F breastfeeding. Start codeine?|Codeine while breastfeeding: contraindicated
70M eGFR 22. Start metformin?|Metformin at eGFR 22 mL/min/1.73 m²: contraindicated
70M eGFR 22. Start nitrofurantoin?|Nitrofurantoin at eGFR 22 mL/min/1.73 m²: contraindicated
70M eGFR 22. Start enoxaparin?|Enoxaparin at eGFR 22 mL/min/1.73 m²: major
70M eGFR 22. Start colchicine?|Colchicine at eGFR 22 mL/min/1.73 m²: major
70M eGFR 22. Start dabigatran?|Dabigatran at eGFR 22 mL/min/1.73 m²: contraindicated
70M eGFR 22. Start gabapentin?|Gabapentin at eGFR 22 mL/min/1.73 m²: major
70M eGFR 22. Start clarithromycin?|Clarithromycin at eGFR 22 mL/min/1.73 m²: moderate
29F 14 weeks pregnant. Start clarithromycin?|Clarithromycin in pregnancy: major
84F weight 48 kg creatinine 190 umol/L. Start enoxaparin?|Enoxaparin at creatinine clearance 15 mL/min (Cockcroft
Cirrhosis, 50M. Start ibuprofen?|Ibuprofen in liver disease: major
QTc 520 ms. Start citalopram?|Citalopram with QTc 520 ms: contraindicated
K 2.9 mmol/L, 50M. Start haloperidol?|Haloperidol with potassium 2.9 mmol/L: major
45F, history of breast cancer. Start Microgynon?|Ethinylestradiol in breast cancer: contraindicated
Asthma, 50M. Start propranolol?|Propranolol in asthma: contraindicated
Heart failure, 70M. Start ibuprofen?|Ibuprofen in heart failure: major
Potassium 6.1, 70M. Start spironolactone?|Spironolactone in high potassium (6.1): contraindicated
8-year-old boy. Start codeine?|Codeine at 8 years: contraindicated
80F. Start diazepam?|Diazepam at 80 years: major
""".strip().splitlines()


def run(text: str) -> ToolResult:
    return DrugSafety(Settings()).run(ToolRequest(question=text, facts=read_note(text, "m1").facts))


@pytest.mark.parametrize("row", PAIRS)
def test_a_pair_that_must_not_be_missed_is_caught_with_its_severity(row: str) -> None:
    taken, started, severity = row.split("|")
    text = f"50-year-old man takes {taken}. Start {started}?"
    found = [c for c in check(text, read_note(text, "m1").facts) if len(c.drugs) == 2]
    assert found and found[0].severity == severity, [c.statement for c in found]


@pytest.mark.parametrize("row", QUIET)
def test_what_is_denied_stopped_a_relatives_or_harmless_raises_nothing_severe(row: str) -> None:
    text, drug = row.split("|")
    assert asked_drugs(text) == (drug,)
    severe = [c.statement for c in check(text, read_note(text, "m1").facts) if c.rank < 2]
    assert severe == []


@pytest.mark.parametrize("row", STATES)
def test_a_drug_is_caught_in_the_state_that_the_patient_is_in(row: str) -> None:
    text, start = row.split("|")
    assert any(e.statement.startswith(start) for e in run(text).evidence), [e.statement for e in run(text).evidence]


def test_each_catch_names_its_source_and_shows_the_words_it_rests_on() -> None:
    (first, *_) = run("72-year-old man on simvastatin and warfarin. Start clarithromycin?").evidence
    assert first.kind is EvidenceKind.DRUG_WARNING
    assert (first.source.grade, first.source.publisher) == ("contraindicated", "FDA label")
    assert first.source.year and first.source.link.startswith("https://")
    assert [i.as_written for i in first.inputs] == ["simvastatin"]


def test_a_catch_says_where_its_source_was_not_compared_line_by_line() -> None:
    text = "78F on warfarin, simvastatin, digoxin, azathioprine and ramipril, eGFR 22. Start clarithromycin?"
    sources = medication_table().sources
    recalled = [sources[c.source].checked == "recall" for c in check(text, read_note(text, "m1").facts)]
    said = [any("knowledge of this source" in limit for limit in e.limits) for e in run(text).evidence]
    assert said[: len(recalled)] == recalled


def test_what_the_table_does_not_hold_is_said_and_never_called_safe() -> None:
    (only,) = run("On bisoprolol. 50M. Start amoxicillin?").evidence
    assert only.statement.startswith("Not in the table held here: amoxicillin with bisoprolol.")
    assert "no sign that it is safe" in only.statement
    assert only.source.grade == ""


@pytest.mark.parametrize(
    "text",
    [
        "60M. Start zuranolone?",
        "60M on bisoprolol. Start zuranolone?",
        "On bisoprolol, 60M. Is fezolinetamab safe?",
        "60M on bisoprolol. Start Zurzuvae?",
        "Start zurzuvae 50 mg",
    ],
)
def test_a_name_that_is_no_drug_known_here_is_said_not_to_be_checked(text: str) -> None:
    said = run(text).evidence[-1].statement
    assert "no drug known here: " in said and "no sign that it is safe" in said


def test_a_misspelt_drug_is_asked_about() -> None:
    assert "If by claritromycin clarithromycin is meant" in run("Start claritromycin? On Zocor.").evidence[-1].statement


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Is it safe to give zuranolone with bempedoic acid?", ("zuranolone",)),
        ("Is suzetrigine ok with warfarin?", ("suzetrigine",)),
        ("Is it safe to give leqembi to a patient on warfarin?", ("leqembi",)),
        ("Can my mother take Kisunla and metformin together?", ("Kisunla",)),
        ("Warfarin with vorasidenib - any problem?", ("vorasidenib",)),
        ("Could the patient be started on resmetirom? Start him on resmetirom.", ("resmetirom",)),
        ("Can veozah be taken with ramipril?", ("veozah",)),
        ("Prescribe journavx 50 mg for her?", ("journavx",)),
        ("Interactions of tofersen?", ("tofersen",)),
        ("Does cobenfy interact with simvastatin?", ("cobenfy",)),
        ("Put her on filspari today?", ("filspari",)),
    ],
)
def test_a_name_where_a_drug_stands_that_is_no_word_known_here_is_named(text: str, names: tuple[str, ...]) -> None:
    assert unknown_drugs(text) == names
    said = " ".join(e.statement for e in run(text).evidence)
    assert f"no drug known here: {names[0]}" in said and "no sign that it is safe" in said


def test_of_a_drug_alone_beside_an_unknown_one_no_patient_is_made_up() -> None:
    said = run("Is it safe to give zuranolone with bempedoic acid?").evidence
    assert len(said) == 1 and "what is known of this patient" not in said[0].statement


@pytest.mark.parametrize(
    "text",
    [
        "High cholesterol, MRSA is methicillin resistant.",
        "Start Oxygen?",
        "Start fluids",
        "Can I take ibuprofen with breakfast?",
        "Should he take warfarin with grapefruit juice or milk?",
        "Is exercise safe with bisoprolol?",
        "Can she start jogging or swimming on amiodarone?",
        "Give her some water and paracetamol.",
        "Is it safe to give ibuprofen with pnuemonia?",
        "Can I give warfarin to a patient with Stevens-Johnson syndrome?",
        "I can't take it anymore.",
        "Is driving allowed with diazepam?",
        "Start physiotherapy and add physio tomorrow.",
        "Amlodipine and lisinopril are taken daily. Appetite is pretty fine.",
        "Give the patient lying in bed three simvastatin.",
        "Can chickenpox be caught while taking prednisolone with breakfast?",
        "Start antibiotics at once, begin treatment today and add compression.",
        "Is breastfeeding safe with sertraline?",
        "Try quitting. Take warfarin with evening meals.",
        "Switch to tablets; put her on bedrest.",
    ],
)
def test_ordinary_words_are_no_unknown_drugs(text: str) -> None:
    assert unknown_drugs(text) == ()


def test_a_drug_that_nothing_speaks_against_is_not_passed_over_in_silence() -> None:
    (only,) = run("Penicillin allergy, 40M. Start clarithromycin").evidence
    assert only.statement.startswith("Not in the table held here: clarithromycin with what is known of this patient.")
    assert run("Which dose of clarithromycin, 40M?").evidence == ()


def test_two_drugs_are_checked_against_each_other_where_nothing_else_is_known() -> None:
    (only,) = run("Is it safe to combine Viagra and nitroglycerin?").evidence
    assert only.source.grade == "contraindicated"


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("Could she be pregnant? Start methotrexate for psoriasis.", "pregnancy"),
        ("Is metformin OK if eGFR is 22?", "estimated GFR"),
    ],
)
def test_what_is_only_possible_is_checked_and_said_not_to_be_settled(text: str, open_: str) -> None:
    (only,) = run(text).evidence
    assert only.source.grade == "contraindicated"
    assert only.statement.endswith(f"It is not settled whether this holds: {open_}.")


def test_a_state_that_the_question_names_without_a_patient_is_checked() -> None:
    assert run("Is lisinopril safe in pregnancy?").evidence[0].statement.startswith("Lisinopril in pregnancy: contrain")
    assert run("Is codeine safe while breastfeeding?").evidence[0].source.section == "breastfeeding: codeine"
    assert not any("in pregnancy" in e.statement for e in run("30F, not pregnant. Start lisinopril?").evidence)


def test_a_class_that_the_question_looks_for_is_not_checked() -> None:
    assert (
        asked_drugs("Which treatment for rifampicin-resistant tuberculosis, or heparin-induced thrombocytopenia?") == ()
    )
    assert asked_drugs("Give vancomycin for methicillin-resistant staphylococci?") == ("vancomycin",)
    assert asked_drugs("Which antibiotic would you give for cystitis in pregnancy?") == ()
    assert len(asked_drugs("On warfarin. Start an NSAID?")) == 1


def test_a_class_is_only_judged_where_every_member_agrees() -> None:
    assert "Name the drug" in run("Takes a statin. 50M. Start clarithromycin?").evidence[-1].statement
    assert run("On warfarin. 50M. Start an NSAID?").evidence[0].source.grade == "major"


def test_medicines_taken_are_checked_against_each_other_where_none_is_asked_about() -> None:
    said = [e.statement for e in run("Takes azathioprine and allopurinol and amlodipine.").evidence]
    assert len(said) == 1 and "llopurinol" in said[0]


def test_a_man_is_never_pregnant_and_a_woman_who_could_be_is_asked_about() -> None:
    assert not any("pregnan" in e.statement for e in run("30M, 9 weeks pregnant. Start ramipril?").evidence)
    assert [m.name for m in run("30F on amlodipine. Start isotretinoin?").missing] == ["pregnancy"]


def test_without_any_drug_or_any_patient_it_refuses_with_a_reason() -> None:
    nothing, nobody = run("Hello there."), run("Start clarithromycin?")
    assert nothing.refusal is not None and nothing.refusal.code == "BED-TOOL-091"
    assert nobody.refusal is not None and nobody.refusal.code == "BED-TOOL-092"


def test_egfr_stands_in_for_clearance_and_says_so() -> None:
    (found,) = run("70M eGFR 22. Start gabapentin?").evidence
    assert any("stands in for the creatinine clearance" in limit for limit in found.limits)


def test_kidney_function_is_not_estimated_in_pregnancy() -> None:
    facts = read_note("30F 20 weeks pregnant, creatinine 200 umol/L", "m1").facts
    assert Patient.of(facts).egfr is None


def test_ten_medicines_and_a_question_take_less_than_twenty_milliseconds() -> None:
    text = (
        "78F on warfarin, simvastatin, digoxin, bisoprolol, ramipril, furosemide, amiodarone, citalopram, omeprazole "
        "and allopurinol. eGFR 40. Start clarithromycin?"
    )
    facts = read_note(text, "m1").facts
    tool, request = DrugSafety(Settings()), ToolRequest(question=text, facts=facts)
    tool.run(request)
    fastest = min(_seconds(tool, request) for _ in range(9))
    assert fastest < 0.02


def _seconds(tool: DrugSafety, request: ToolRequest) -> float:
    started = time.perf_counter()
    tool.run(request)
    return time.perf_counter() - started
