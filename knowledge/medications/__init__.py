"""What is known here of the safety of medicines: the files of this folder, checked, as one table."""

from bedside.knowledge.medications.load import medication_table, members, verify
from bedside.knowledge.medications.schema import (
    SEVERITIES,
    AgeRule,
    Band,
    ConditionRule,
    Interaction,
    MedicationTable,
    QtLimits,
    RenalRule,
    Reproduction,
    Severity,
    SourceRow,
    Warned,
)

__all__ = [
    "SEVERITIES",
    "AgeRule",
    "Band",
    "ConditionRule",
    "Interaction",
    "MedicationTable",
    "QtLimits",
    "RenalRule",
    "Reproduction",
    "Severity",
    "SourceRow",
    "Warned",
    "medication_table",
    "members",
    "verify",
]
