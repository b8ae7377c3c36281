"""MedQuAD's questions as people would ask them: its own are one pattern a kind ("What are the treatments for X ?").

Two lists: one to train on, another, of other words, to choose with. No question of the LiveQA set is among them.
"""

from __future__ import annotations

from collections.abc import Mapping

Phrases = Mapping[str, tuple[str, ...]]

TRAIN: Phrases = {
    "information": ("Tell me about {}", "What does it mean to have {}?", "I was told I have {}, what is this?", "{}"),
    "symptoms": ("What are the signs of {}?", "How do I know whether I have {}?", "What does {} feel like?"),
    "treatment": (
        "How is {} treated?",
        "Is there a cure for {}?",
        "What medicine helps with {}?",
        "{} therapy options",
    ),
    "inheritance": ("Can {} be passed on to my children?", "Is {} hereditary?", "Does {} run in families?"),
    "frequency": ("How common is {}?", "Is {} rare?", "Who gets {} and how many?"),
    "genetic changes": ("Which gene is behind {}?", "Is there a mutation that leads to {}?", "genetics of {}"),
    "causes": ("Why do people get {}?", "Where does {} come from?", "What could bring on {}?"),
    "exams and tests": ("How is {} diagnosed?", "Which test finds {}?", "How do doctors check for {}?"),
    "research": (
        "Have scientists learnt anything new on {}?",
        "Are there any studies of {} to join?",
        "latest trials for {}",
    ),
    "outlook": ("How long can one live with {}?", "What happens in the long run with {}?", "prognosis of {}"),
    "susceptibility": ("Who is likely to get {}?", "Am I at risk of {}?", "What raises the chance of {}?"),
    "considerations": ("What should I eat with {}?", "How do I live with {}?", "advice for people with {}"),
    "prevention": ("How can I avoid {}?", "What can be done to keep from getting {}?", "protection against {}"),
    "stages": ("How far has {} spread at each stage?", "What stage is {}?"),
    "complications": ("What other problems does {} lead to?", "Is {} dangerous?"),
}

HELD_OUT: Phrases = {
    "information": ("Please give me some information on {}.", "Can you explain {}?"),
    "symptoms": ("My mother may have {}. What should we look for?", "Is my pain a symptom of {}?"),
    "treatment": ("What can be done for a patient with {}?", "I need help to get rid of {}"),
    "inheritance": ("My father had {}, will I get it too?", "Will a grandchild of somebody with {} have it?"),
    "frequency": ("How often does {} occur?", "What share of the population has {}?"),
    "genetic changes": ("What is wrong in the DNA of somebody with {}?", "Is {} due to a chromosome or a gene?"),
    "causes": ("What is the reason for {}?", "Could my work have given me {}?"),
    "exams and tests": ("Who would be able to spot {}?", "Will a blood test or a scan show {}?"),
    "research": ("Is anybody looking for a better therapy of {}?", "What is the current state of studies on {}?"),
    "outlook": ("Will my son recover from {}?", "What is the life expectancy with {}?"),
    "susceptibility": ("Which groups face {} most?", "Are older people more likely to have {}?"),
    "considerations": ("May one drink or smoke with {}?", "What can I do at home about {}?"),
    "prevention": ("Which habits keep {} away?", "How do I lower my risk of {}?"),
    "stages": ("How advanced is {} when it is found?",),
    "complications": ("What does {} do to the body over the years?",),
}
