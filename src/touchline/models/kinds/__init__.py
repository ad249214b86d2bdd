"""Kinds of card: one for each engine, with the fields that only its engine needs."""

from touchline.models.kinds.baseline import BaselineCard
from touchline.models.kinds.bedrock import BedrockCard
from touchline.models.kinds.common import ASSETS, CardBase
from touchline.models.kinds.endpoint import EndpointCard
from touchline.models.kinds.gemini import GeminiCard
from touchline.models.kinds.local import LocalCard
from touchline.models.kinds.openai import OpenAICard
from touchline.models.kinds.served import ServedCard
from touchline.models.kinds.transformers import TransformersCard

Card = TransformersCard | OpenAICard | GeminiCard | BedrockCard | ServedCard | BaselineCard

__all__ = [
    "ASSETS",
    "BaselineCard",
    "BedrockCard",
    "Card",
    "CardBase",
    "EndpointCard",
    "GeminiCard",
    "LocalCard",
    "OpenAICard",
    "ServedCard",
    "TransformersCard",
]
