"""Emergencies in abbreviations, haste and everyday words, and what looks like them and is none."""

from __future__ import annotations

import pytest

from bedside.tools.notes.read import read_facts
from bedside.tools.redflags.engine import red_flags

EMERGENCIES = [
    ("abuse-disclosed", "Pt discloses partner strangled her last night, feels unsafe at home, 2 kids there"),
    (
        "acute-coronary-syndrome",
        "49 y/o female c/o jaw ache and breathless, cold sweat, started 30 min ago climbing stairs",
    ),
    ("acute-coronary-syndrome", "my dad is clutching his chest, he's grey and dripping with sweat"),
    ("acute-pulmonary-oedema", "Acute LVF: orthopnoea, bibasal creps, CXR bat wing, on 15L"),
    ("adrenal-crisis", "on long term pred 20mg, stopped suddenly 1/52 ago, now collapsed, BP 74/40, vomiting, Na 122"),
    ("airway-foreign-body", "2yo was eating peanuts, sudden coughing fit then wheeze one side only"),
    ("alcohol-withdrawal", "48M stopped drinking 2 days ago, shaking, sweaty, seeing spiders on the walls, HR 128"),
    (
        "anaphylaxis",
        "stung by wasp 15 mins ago, tongue feels thick, can't breathe properly, blotchy itchy rash all over",
    ),
    (
        "aortic-dissection",
        "worst pain ever between shoulder blades came on like a knife in one second, one arm has no pulse",
    ),
    ("button-battery", "3 yr old might have swallowed a small round battery from the remote"),
    ("cardiac-tamponade", "post cardiac surgery d5, BP 78/60, JVP up, muffled HS, echo effusion"),
    ("cauda-equina", "since this morning I've wet myself twice without noticing and my back is agony and legs tingle"),
    ("compartment-syndrome", "forearm crush injury 6 hrs ago, pain ++ despite opiates, hand tingling, tense swollen"),
    ("cord-prolapse", "waters just broke at 37 weeks and I can see something like a loop hanging out"),
    (
        "diabetic-ketoacidosis",
        "my daughter is diabetic type one, been throwing up all night, breath smells of pear drops and breathing fast",
    ),
    ("ectopic-pregnancy", "6 weeks preg, one sided tummy pain and bleeding, felt faint on loo"),
    ("head-injury-high-risk", "fell down stairs on warfarin, GCS 13, vomited 3 times, panda eyes"),
    ("head-injury-observe", "hit head on kerb, knocked out for a minute, on clopidogrel, now fine"),
    ("infant-fever", "my 2 month old feels boiling, thermometer says 38.6"),
    ("massive-haemoptysis", "coughed up a mugful of bright red blood, lung ca"),
    ("meningitis", "baby with bulging fontanelle, fever and high pitched cry"),
    ("ovarian-torsion", "sudden R iliac fossa pain, vomiting, known 7cm dermoid"),
    ("overdose", "took a load of her mum's propranolol an hour ago"),
    ("postpartum-haemorrhage", "just had baby 2 hours ago, soaking pads and passing big clots, feels faint"),
    ("risk-to-others", "says he will stab his neighbour tonight, has a knife"),
    ("stroke-fast", "can't lift right arm, face droopy, slurring since 20 mins"),
    ("suicidality", "I can't go on, I've got the pills in front of me and want it all to end"),
    ("thunderclap-headache", "hit by sudden headache 10/10 in seconds while on toilet"),
    ("tumour-lysis", "burkitts post chemo, K 6.8, phosphate 3.2, urate high, AKI"),
    (
        "acute-coronary-syndrome",
        "56M builder, tightness across front of chest on and off since lunch, now constant, vomited, looks awful",
    ),
    ("acute-coronary-syndrome", "Pain like an elephant sitting on me, left shoulder and jaw, clammy"),
    ("stroke-fast", "woke up and my left arm and leg won't work"),
    ("meningitis", "my son's got a rash that doesnt go when i press it, hes floppy and has a fever"),
    ("postpartum-haemorrhage", "EBL 1500 post forceps, atony"),
    ("antepartum-haemorrhage", "31 weeks pregnant gush of bright red blood no pain"),
    ("neutropenic-sepsis", "Day 8 FEC-D chemo, feels shivery, temp 38.5"),
    ("non-accidental-injury", "4/12 old, posterior rib # on CXR, parents vague about how"),
    ("bilious-vomiting", "day 2 of life, vomits dark green, not passed meconium"),
    ("intussusception", "10 mo bouts of crying drawing legs up, vomiting, red jelly in nappy"),
    ("status-epilepticus", "tonic clonic seizure 12 minutes, 2 doses of midazolam given"),
    ("cholangitis", "known gallstones, yellow, shaking chills, temp 39.2, pain RUQ"),
    ("head-injury-high-risk", "assault w/ bat to head, GCS 12, vomiting, clear fluid from ear"),
    ("stroke-fast", "cannot talk properly, sudden, right hand clumsy since breakfast"),
    ("asthma-life-threatening", "asthmatic, sats 88, drowsy, poor effort"),
    ("aortic-dissection", "58M sudden interscapular pain, no left radial pulse"),
    ("aortic-dissection", "chest pain, mediastinum widened on CXR"),
    ("strangulated-hernia", "bulge in the groin normally pops back, today solid and agony"),
    ("bowel-obstruction", "bringing up green bile and not passed wind for two days, 70F"),
    ("bilious-vomiting", "5 day old baby puking bright green"),
    ("status-epilepticus", "epileptic, jerking all over for fifteen minutes, wont stop"),
    ("acute-coronary-syndrome", "66M diabetic, indigestion and cold sweat, previous stents"),
    ("overdose", "overdose at 16:00 today, 31F, drowsy"),
    ("stroke-fast", "cant lift left arm, face droopy"),
    ("suicidality", "cant go on, 40M"),
]
NONE = [
    "Golfer's elbow 3 weeks, arm aches after DIY, sweaty day out, no chest pain, obs normal",
    "Jaw ache after dental extraction yesterday, taking ibuprofen, apyrexial",
    "Indigestion after curry, settled with Gaviscon, well, BP 128/80",
    "Itchy rash on elbows for months, atopic, no breathlessness",
    "Wasp sting yesterday on hand, local swelling only, breathing fine, no rash elsewhere",
    "Toddler eating toast, coughed once, now fine and playing",
    "Prednisolone 5 day course for asthma finished last week, feels well, BP 124/76",
    "Swollen lip after football to the face, no other injury, GCS 15",
    "Groin lump, reducible, painless, for elective repair",
    "My hernia pops back in easily, no pain, just wondering about surgery",
    "Torn calf muscle playing squash, able to walk, pulses present",
    "She tore a muscle in her back lifting, no leg symptoms",
    "Shivering with a cold, temp 37.8, 24 yr old man, drinking fine",
    "Baby possets milk after feeds, 7 weeks, gaining weight",
    "Vomit was green from eating jelly, 8 yr old, well now, tummy soft",
    "Echo: trivial pericardial effusion, asymptomatic, BP 130/80",
    "Carpal tunnel: hand tingling at night, arm aches",
    "Had a baby 14 months ago, periods heavy",
    "Born at 40 weeks, now 6 years old with verruca",
    "He will kill me for spending so much on shoes lol, anyway prescription request please",
    "I could kill for a coffee. Ear wax both sides.",
    "Can't go on holiday because of work, needs sick note for back strain",
    "Headache for ten days, gradual, tension type, neuro normal",
    "Took a bottle of water to the gym, strained shoulder",
    "Takes loads of vitamins, asks about interactions",
    "Mild ache in left arm after flu jab, 35F",
    "Father died suddenly of SAH aged 44. She has occasional tension headaches, exam normal.",
    "Brother collapsed with a PE at 30, she wants the pill",
    "Had meningitis at 18, now 44, attending for travel vaccines",
    "MI aged 52, now 71, stable, no angina, annual review BP 132/78",
    "Seizures as a child, none for 20 years, wants to drive",
    "Fall from horse last year, healed clavicle fracture, well",
    "Fell on stairs, bruised hip, no head injury, GCS 15, walking",
    "On clopidogrel, nosebleed stopped, no trauma",
    "Heart failure stable NYHA I, chest clear, sats 97, no oedema",
    "Known AF on apixaban, rate 78, BP 134/80, well",
    "Diabetic foot check, pulses present, HbA1c 52",
    "Sweaty and hot flushes, 51F, perimenopausal, BP 122/70",
    "Pulses equal in both arms, BP same both sides, no chest pain, routine",
    "Nocturnal leg cramps, calf tight, no swelling",
    "Dermoid cyst excised from brow as child, well",
    "Grey hair, clammy hands when nervous, otherwise fit",
    "Stents fitted 2015, no chest pain since, walks 5 miles a day",
    "No fever and the cough is settling, chest clear",
    "6/52 baby check, born at 38+4 by ELCS, feeding well, T 36.8",
    "Stopped drinking 3 years ago, in AA, no cravings",
    "29M well, father dropped dead of an aortic dissection at 51",
    "Had a torsion of the testis fixed at 14, now 30, routine medical, BP 120/70",
    "Overdose aged 17, now 40, mood good",
    "Uncle suddenly collapsed with a stroke, she feels well",
]


def raised(text: str) -> set[str]:
    return {flag.id for flag in red_flags(read_facts(text, "note"))}


@pytest.mark.parametrize(("flag", "text"), EMERGENCIES)
def test_an_emergency_in_other_words_is_noticed(flag: str, text: str) -> None:
    assert flag in raised(text)


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_an_emergency_raises_nothing(text: str) -> None:
    assert raised(text) == set()
