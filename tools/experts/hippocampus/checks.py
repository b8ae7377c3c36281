"""Whether a volume can be a crop around one hippocampus, and whether what was outlined can be one."""

from __future__ import annotations

from bedside.core.study import Study
from bedside.tools.experts.hippocampus.outline import Outlined

# The training crops measure 31 to 43, 40 to 59 and 24 to 47 mm along R, A and S; a little room on both sides.
LEAST_MM, MOST_MM = (26.0, 34.0, 20.0), (52.0, 71.0, 57.0)
COARSEST_MM = 2.5
LEAST_MM3, MOST_MM3 = 1000.0, 6500.0
LEAST_AGREEMENT, LEAST_ONE_PIECE, LEAST_CERTAINTY = 0.8, 0.8, 0.7


def not_a_crop(study: Study) -> str:
    """Why the volume cannot be such a crop, "" where it can; looked at before the network runs.

    Args:
        study: a volume along (R, A, S) in mm.
    """
    if study.info.spacing is None:
        return "the file does not state its spacing, so nothing can be measured"
    field = [n * step for n, step in zip(study.array.shape, study.info.spacing, strict=True)]
    covers = f"it covers {' x '.join(f'{side:.0f}' for side in field)} mm"
    if any(side > most for side, most in zip(field, MOST_MM, strict=True)):
        return f"{covers}, and this model was trained on crops of about 35 x 50 x 35 mm and does not find one in a head"
    if any(side < least for side, least in zip(field, LEAST_MM, strict=True)):
        return f"{covers}, too little for a hippocampus and what is around it"
    if max(study.info.spacing) > COARSEST_MM:
        return f"its steps of {max(study.info.spacing):.1f} mm are too wide"
    if study.info.value_unit == "HU":
        return "its values are Hounsfield units, as in CT"
    return "" if float(study.array.max()) > float(study.array.min()) else "it is blank"


def not_a_hippocampus(found: Outlined) -> str:
    """Why what was outlined cannot be one hippocampus, "" where it can."""
    total = float(found.volumes.mean(axis=0).sum())
    if not LEAST_MM3 <= total <= MOST_MM3 or not all(mask.any() for mask in found.masks.values()):
        return f"what was outlined measures {total:,.0f} mm³, which no hippocampus of an adult with both parts does"
    if found.agreement < LEAST_AGREEMENT:
        return "its views are outlined differently, as happens where there is no hippocampus"
    if found.one_piece < LEAST_ONE_PIECE:
        return "what was outlined is in several pieces"
    return "" if found.certainty >= LEAST_CERTAINTY else "what was outlined is too uncertain"
