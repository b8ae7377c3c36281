"""What a dermoscopic picture of a skin lesion is most like: sklesion's network, which misses many melanomas."""

from bedside.tools.experts.skin_lesion.expert import SkinLesion

__all__ = ["SkinLesion"]
