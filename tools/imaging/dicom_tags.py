"""What DICOM tags say of an image, as code strings and numbers only.

Tags are read as PS3.3 defines them. Text from tags is data from outside: only code strings (PS3.5 6.2, VR CS) are
kept, and never a name or an identifier of the patient: of the latter only its sha256.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

from bedside.core.study import Modality
from bedside.tools.imaging.assembly import checked_spacing
from bedside.tools.imaging.content import FileContent

CODE_STRING = re.compile(r"[A-Z0-9_ ]{1,16}")
UNIQUE_ID = re.compile(r"[0-9.]{1,64}")
AGE_STRING = re.compile(r"(\d{3})([DWMY])")
AGE_UNITS = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}
VIEWS = {"PA": "PA", "AP": "AP", "LL": "LAT", "RL": "LAT", "LAT": "LAT", "LATERAL": "LAT"}
# PS3.16 CID 4010 (DX view) and CID 4030 (regions), as SNOMED CT and as the older SRT codes.
VIEW_CODES = {
    **dict.fromkeys(("272479007", "R-10214"), "PA"),
    **dict.fromkeys(("399348003", "R-10206"), "AP"),
    **dict.fromkeys(("399067008", "399173006", "R-10236", "399198007", "R-10232"), "LAT"),
}
REGION_CODES = {
    **dict.fromkeys(("816094009", "51185008", "T-D3000"), "CHEST"),
    **dict.fromkeys(("69536005", "T-D1100"), "HEAD"),
    **dict.fromkeys(("12738006", "T-A0100"), "BRAIN"),
    **dict.fromkeys(("818981001", "113345001", "T-D4000"), "ABDOMEN"),
    **dict.fromkeys(("816092008", "12921003", "T-D6000"), "PELVIS"),
    **dict.fromkeys(("45048000", "T-D1600"), "NECK"),
    "421060004": "SPINE",
}
SAME_PART = {"THORAX": "CHEST", "LUNG": "CHEST", "LUNGS": "CHEST"}
SHARED_IDENTIFIERS = {"ANON", "ANONYMOUS", "ANONYMIZED", "ANONYMISED", "NONE", "UNKNOWN", "NULL", "N/A"}
SIDES = {"L": "left", "R": "right", "B": "both sides", "U": "unpaired"}
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
AT_DETECTOR = "Spacing is at the detector, not corrected for magnification."
SPACINGS = (
    ("PixelSpacing", "patient", ()),
    ("ImagerPixelSpacing", "detector", (AT_DETECTOR,)),
    ("NominalScannedPixelSpacing", "scanned film", ("Spacing is that of the film scanner, not of the patient.",)),
)


def code(dataset: Any, tag: str) -> str:
    """A tag's code string in capitals, "" where it is absent or anything else than a code string."""
    text = str(dataset.get(tag) or "").strip().upper()
    return text if CODE_STRING.fullmatch(text) else ""


def modality_of(dataset: Any) -> tuple[Modality, tuple[str, ...]]:
    """The modality as tagged; a code that Bedside has no name for is OT, with a note."""
    tagged = code(dataset, "Modality")
    if not tagged:
        return Modality.UNKNOWN, ("The file does not state its modality.",)
    try:
        return Modality(tagged), ()
    except ValueError:
        return Modality.OT, (f"The file states modality {tagged}.",)


def value_unit(dataset: Any, modality: Modality) -> str:
    """HU where a CT says so or leaves it to the default (PS3.3 C.11.1.1.2), else arbitrary units."""
    stated = code(dataset, "RescaleType")
    return "HU" if modality is Modality.CT and stated in {"", "HU"} else "a.u."


def body_part(dataset: Any) -> str:
    """BodyPartExamined, else the coded anatomic region (also of an enhanced file); "" where neither tells."""
    stated = code(dataset, "BodyPartExamined")
    if stated:
        return SAME_PART.get(stated, stated)
    for holder in (dataset, *_frame_anatomy(dataset)):
        for item in holder.get("AnatomicRegionSequence") or ():
            part = REGION_CODES.get(str(item.get("CodeValue") or "").strip())
            if part:
                return part
    return ""


def acquired(dataset: Any) -> str:
    """The day of acquisition, else of the series or study, as ``2024-03-31``; "" where no tag is a date."""
    for tag in ("AcquisitionDate", "SeriesDate", "StudyDate"):
        text = str(dataset.get(tag) or "").strip()
        try:
            return datetime.strptime(text, "%Y%m%d").date().isoformat()
        except ValueError:
            continue
    return ""


def instance(dataset: Any) -> str:
    """The SOP Instance UID, else the one in the file's meta information; "" where neither is a UID (PS3.5 9.1)."""
    meta = getattr(dataset, "file_meta", None) or {}
    text = str(dataset.get("SOPInstanceUID") or meta.get("MediaStorageSOPInstanceUID") or "").strip()
    return text if UNIQUE_ID.fullmatch(text) else ""


def age_years(dataset: Any) -> float | None:
    """PatientAge in years (PS3.5 6.2, VR AS: three digits and D, W, M or Y); None where it is absent or malformed."""
    match = AGE_STRING.fullmatch(str(dataset.get("PatientAge") or "").strip())
    return int(match.group(1)) / AGE_UNITS[match.group(2)] if match else None


def patient(dataset: Any) -> str:
    """The sha256 of PatientID (PS3.3 C.7.1.1, VR LO: spaces around it do not count).

    "" where there is none, or one that anonymised files of many patients share.
    """
    identifier = str(dataset.get("PatientID") or "").strip()
    if not identifier.strip("0") or identifier.upper() in SHARED_IDENTIFIERS:
        return ""
    return hashlib.sha256(identifier.encode("utf-8", "replace")).hexdigest()


def view(dataset: Any) -> str:
    """PA, AP or LAT from ViewPosition, else from the coded view; another code string as it stands."""
    stated = code(dataset, "ViewPosition")
    if stated:
        return VIEWS.get(stated, stated)
    items = dataset.get("ViewCodeSequence") or ()
    return next((v for v in (VIEW_CODES.get(str(i.get("CodeValue") or "").strip(), "") for i in items) if v), "")


def laterality(dataset: Any) -> str:
    """``left``, ``right``, ``both sides`` or ``unpaired`` as tagged, "" where no tag tells."""
    frames = [code(item, "FrameLaterality") for item in _frame_anatomy(dataset)]
    for side in (code(dataset, "ImageLaterality"), code(dataset, "Laterality"), *frames):
        if side in SIDES:
            return SIDES[side]
    return ""


def pixel_spacing(dataset: Any, content: FileContent) -> tuple[tuple[float, ...] | None, str, tuple[str, ...]]:
    """(row, column) steps in mm, where they were measured, and notes (PS3.3 10.7.1); nothing where no tag tells.

    A projection whose PixelSpacing repeats the detector's, and names no calibration, is not calibrated.

    Raises:
        ImageReadError: not two values, or values that cannot be.
    """
    for tag, place, notes in SPACINGS:
        steps = dataset.get(tag)
        if not steps:
            continue
        if isinstance(steps, (str, float)) or len(steps) != 2:
            raise content.bad_geometry("its pixel spacing does not have two values")
        spacing = checked_spacing(tuple(float(v) for v in steps), content)
        repeated = place == "patient" and list(dataset.get("ImagerPixelSpacing") or ()) == list(steps)
        if repeated and not code(dataset, "PixelSpacingCalibrationType"):
            return spacing, "detector", (AT_DETECTOR,)
        return spacing, place, notes
    return None, "", ("The file does not state its pixel spacing.",)


def flags(dataset: Any) -> tuple[str, ...]:
    """``secondary capture`` and ``burned-in text``, where the tags say so.

    The SOP class or ConversionType (PS3.3 C.8.6.1) tells a secondary capture: a picture of an image, whose values need
    not be the modality's; BurnedInAnnotation (C.7.6.1) tells text in the pixels. ImageType's SECONDARY does not: a
    reformatted CT carries it too.
    """
    captured = str(dataset.get("SOPClassUID") or "").startswith(SECONDARY_CAPTURE) or code(dataset, "ConversionType")
    burned = code(dataset, "BurnedInAnnotation") == "YES"
    return (*(("secondary capture",) if captured else ()), *(("burned-in text",) if burned else ()))


def flag_notes(found: tuple[str, ...]) -> tuple[str, ...]:
    """One sentence for the reader for each flag."""
    said = {
        "secondary capture": "A secondary capture: a picture of an image, whose values need not be the modality's.",
        "burned-in text": "The file says that text is burned into its pixels.",
    }
    return tuple(said[flag] for flag in found)


def _frame_anatomy(dataset: Any) -> list[Any]:
    """The FrameAnatomySequence items that all frames of an enhanced file share (PS3.3 C.7.6.16.2.8)."""
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [None])[0]
    return list(shared.get("FrameAnatomySequence") or ()) if shared is not None else []
