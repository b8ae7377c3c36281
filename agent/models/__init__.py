"""Core-model back-ends behind LangChain's BaseChatModel."""

from bedside.agent.models.core import core_model
from bedside.agent.models.decide import Choice, choose, choose_in_orders, decide
from bedside.agent.models.status import CoreModelStatus, core_model_status
from bedside.agent.models.vision import image_block, sees_images

__all__ = [
    "Choice",
    "CoreModelStatus",
    "choose",
    "choose_in_orders",
    "core_model",
    "core_model_status",
    "decide",
    "image_block",
    "sees_images",
]
