"""From a card to the engine that reaches its model."""

from touchline.errors import UserError
from touchline.models.kinds import (
    BaselineCard,
    BedrockCard,
    Card,
    GeminiCard,
    OpenAICard,
    ServedCard,
    TransformersCard,
)
from touchline.models.nouns import Engine
from touchline.models.rates import Rates


def load_engine(card: Card, rates: Rates | None = None) -> Engine:
    """The engine of a card, with its model loaded.

    Args:
        card: the model.
        rates: what the null baselines may know; no other engine needs it.

    Raises:
        UserError: the model is not offered, the engine's extra is not installed, or the model
            cannot be loaded.
    """
    if refusal := card.refusal():
        raise UserError(refusal)
    match card:
        case TransformersCard():
            try:
                from touchline.models.engines.transformers import TransformersEngine
            except ImportError as error:
                raise UserError(_not_installed(card, "local", error)) from error
            return TransformersEngine(card)
        case OpenAICard():
            from touchline.models.engines.openai import OpenAIEngine

            return OpenAIEngine(card)
        case GeminiCard():
            try:
                from touchline.models.engines.gemini import GeminiEngine
            except ImportError as error:
                raise UserError(_not_installed(card, "gemini", error)) from error
            return GeminiEngine(card)
        case BedrockCard():
            try:
                from touchline.models.engines.bedrock import BedrockEngine
            except ImportError as error:
                raise UserError(_not_installed(card, "bedrock", error)) from error
            return BedrockEngine(card)
        case ServedCard():
            from touchline.models.engines.served import ServedEngine

            return ServedEngine(card)
        case BaselineCard():
            from touchline.models.engines.baseline import BaselineEngine

            if rates is None:
                raise UserError(f"model '{card.name}' only counts events: it cannot read a match.")
            return BaselineEngine(card.kind, rates)


def _not_installed(card: Card, extra: str, error: ImportError) -> str:
    return (
        f"model '{card.name}' runs through {card.engine}, which is not installed ({error}): "
        f"pip install 'touchline[{extra}]'."
    )
