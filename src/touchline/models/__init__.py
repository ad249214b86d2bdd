"""Who answers: cards, the one door to every engine, and what passes through it."""

from touchline.models.cards import BASELINES, SOUND_BASELINE, card_names, find_card
from touchline.models.engine import load_engine
from touchline.models.kinds import BaselineCard, Card, OpenAICard, TransformersCard
from touchline.models.nouns import (
    Engine,
    Failure,
    FailureReason,
    Generation,
    Reply,
    Request,
    request_key,
)
from touchline.models.rates import Rates, class_rates
from touchline.models.settings import AdaptiveSettings, Price, SamplingSettings

__all__ = [
    "BASELINES",
    "SOUND_BASELINE",
    "AdaptiveSettings",
    "BaselineCard",
    "Card",
    "Engine",
    "Failure",
    "FailureReason",
    "Generation",
    "OpenAICard",
    "Price",
    "Rates",
    "Reply",
    "Request",
    "SamplingSettings",
    "TransformersCard",
    "card_names",
    "class_rates",
    "find_card",
    "load_engine",
    "request_key",
]
