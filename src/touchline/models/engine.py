"""From a card to the engine that reaches its model."""

from touchline.errors import UserError
from touchline.models.card_types import Card
from touchline.models.card_types.baseline import BaselineCard
from touchline.models.card_types.bedrock import BedrockCard
from touchline.models.card_types.gemini import GeminiCard
from touchline.models.card_types.openai import OpenAICard
from touchline.models.card_types.served import ServedCard
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.class_priors import ClassPriors
from touchline.models.types import Engine


def load_engine(card: Card, rates: ClassPriors | None = None) -> Engine:
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
                from touchline.models.engines.transformers.engine import TransformersEngine
            except ImportError as error:
                raise UserError(_not_installed(card, "local", error)) from error
            return TransformersEngine(card)
        case OpenAICard():
            from touchline.models.engines.openai.engine import OpenAIEngine

            return OpenAIEngine(card)
        case GeminiCard():
            try:
                from touchline.models.engines.gemini.engine import GeminiEngine
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
            from touchline.models.engines.served.engine import ServedEngine

            return ServedEngine(card)
        case BaselineCard():
            from touchline.models.engines.baseline.engine import BaselineEngine

            if rates is None:
                raise UserError(f"model '{card.name}' only counts events: it cannot read a match.")
            return BaselineEngine(card.kind, rates)


def _not_installed(card: Card, extra: str, error: ImportError) -> str:
    return (
        f"model '{card.name}' runs through {card.engine}, which is not installed ({error}): "
        f"pip install 'touchline[{extra}]'."
    )
