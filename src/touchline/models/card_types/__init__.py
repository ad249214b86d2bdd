"""Kinds of card: one for each engine, with the fields that only its engine needs."""

from touchline.models.card_types.baseline import BaselineCard
from touchline.models.card_types.bedrock import BedrockCard
from touchline.models.card_types.common import ASSETS, CardBase
from touchline.models.card_types.endpoint import EndpointCard
from touchline.models.card_types.gemini import GeminiCard
from touchline.models.card_types.local import LocalCard
from touchline.models.card_types.openai import OpenAICard
from touchline.models.card_types.served import ServedCard
from touchline.models.card_types.transformers import TransformersCard

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
