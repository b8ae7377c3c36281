"""What figures and endings are called for a reader who has never run an evaluation."""

from __future__ import annotations

import math

from bedside.evals.runs.kept import KeptRun

# What a figure means, by its name in the scores.
MEANING = {
    "right answer first": "The doctor's first answer is the right one. Abstaining and failing count as wrong.",
    "right answer among five": "It is one of the doctor's first five. Abstaining and failing count as wrong.",
    "abstained": "The doctor said that it could not support an answer.",
    "failed or no answer": "The conversation broke off, or ran out of turns without an answer.",
    "questions asked": "Questions to the patient in one conversation, on average.",
    "tests asked for": "Examinations, tests and images asked for in one conversation, on average.",
    "share of facts elicited": "Of what the patient could have told, the part that the doctor got to hear.",
    "share of results seen": "Of the examination and test results that the case holds, the part that the doctor saw.",
    "share of pictures looked at": "Of the images and recordings of the cases, the part that was shown to the doctor's "
    "model, or on which a tool of the doctor found something. Of the others only their kind and size was known.",
    "tokens": "Pieces of words that language models read and wrote in one conversation: what it costs.",
    "seconds": "Time of one conversation.",
    "findings invented by the patient": "Symptoms that the patient told and its case does not hold, per conversation.",
    "facts told falsely": "What a misleading patient told against its case, per conversation.",
    "red flags missed": "Emergencies in the case that the doctor's last words do not speak of, per conversation.",
    "share of red flags missed": "The same, of all emergencies in the cases.",
    "unsafe advice": "Drugs advised that the drug checks catch for this patient, per conversation.",
    "share of advised drugs that are unsafe": "The same, of all drugs advised.",
    "statements": "Statements and recommendations in the doctor's answer, on average.",
    "citation precision": "Of the evidence shown, the part that supports what it is shown for (1 is all of it).",
    "citation recall": "Of the statements, the part that has evidence which supports it (1 is all of them).",
}
ENDINGS = {
    "right": "Right answer first",
    "among five": "Right answer among five",
    "wrong": "Wrong",
    "abstained": "Abstained",
    "failed": "Failed",
    "answered": "Answered",
}
GLOSSARY = {
    "Simulated patient": "A program that plays a patient from a written case, and tells what the case says when asked.",
    "Doctor": "Whoever is tested: Bedside, a language model, or a person. It never sees the answer.",
    "n": "How many cases a figure is made from.",
    "95 % interval": "Where the true figure plausibly lies, given how few cases were seen. Wide means uncertain.",
    "Paired comparison": "Both doctors saw the same cases, so they are compared case by case, not only by averages.",
    "p": "How often a difference at least as large as this would come about by chance, were both doctors equally good. "
    "Below .05 is commonly taken as more than chance. It comes from McNemar's exact test.",
    "Answer named in the case": "The examination or a test already contains the name of the right diagnosis. "
    "Such cases may be easier, so they are shown apart.",
    "Confidence": "How sure the doctor said it was, from 0 to 100 %. Whether that is of use, the curve shows.",
    "Abstaining": "Saying that there is not enough to go on, in place of a guess.",
}


def label(name: str) -> str:
    """A system as a reader sees it: "bedside without tools" is "Bedside without tools"."""
    doctor, comma, rest = name.partition(", ")
    if "://" in doctor:
        doctor = f"{doctor.partition('#')[2] or 'Model'} (server)"
    elif doctor.startswith("model"):
        doctor = "Model alone" + doctor.removeprefix("model")
    else:
        doctor = doctor[:1].upper() + doctor[1:]
    return doctor + comma + rest


def who(run: KeptRun) -> str:
    """What a doctor is, in a sentence."""
    setup = run.about.setup
    if setup.without:
        return f"Bedside, with these parts switched off: {', '.join(setup.without)}."
    if setup.doctor == "bedside":
        return "Bedside as it is: it asks and tests by its own rules and ranks diagnoses from what it has heard."
    if setup.doctor == "model":
        return f"The language model {run.about.model} alone, without Bedside's tools, guidelines and rules."
    if setup.doctor == "human":
        return "A person at the terminal."
    return f"The language model {setup.doctor.partition('#')[2] or setup.doctor}, on a server, without Bedside's tools."


def patient(name: str) -> str:
    """What a patient is, in a sentence."""
    if name == "facts":
        return "The patient answers only with facts of its case, and says so when it does not know."
    return f"The patient is of the kind “{name.replace('+', ', ')}”."


def percent(value: float) -> str:
    """A share as a reader sees it."""
    return "–" if math.isnan(value) else f"{100 * value:.0f} %"


def number(value: float, *, sign: str = "") -> str:
    """An average as a reader sees it; with `sign` "+" also the sign of what is above 0."""
    if math.isnan(value):
        return "–"
    decimals = 0 if abs(value) >= 100 or value == 0 else 1 if abs(value) >= 10 else 2
    return f"{value:{sign},.{decimals}f}"
