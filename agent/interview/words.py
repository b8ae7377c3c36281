"""What an interview says: openers, requests for the usual work-up, and the words around them."""

from __future__ import annotations

# Put in this order, each once; a name and the words.
OPENERS = (
    ("complaint", "What brings you here today, and when did it start?"),
    ("symptoms", "Have you noticed any other symptoms, even ones that seem to have nothing to do with it?"),
    ("past", "Which medical problems or operations have you had, and which medicines do you take?"),
    ("life", "Do you smoke or drink alcohol, what is your work, and does any illness run in your family?"),
)
# The usual request of each kind, by how a finding is found; what is specially looked for follows it.
WORKUP = (
    ("examine", "vital signs; physical examination"),
    ("bedside", "urine test; electrocardiogram"),
    ("blood", "blood tests"),
    ("image", "imaging"),
)
