"""Who a model is, for the key of its replies: everything that could change an answer."""

from pathlib import Path
from typing import Any

from touchline.models.cards import BaselineCard, Card, OpenAICard, TransformersCard
from touchline.video.probe import fingerprint


def identity(card: Card) -> dict[str, Any]:
    """Facts that make a model itself: engine, weights, revision, precision, attention.

    Batch size, how many requests are in flight and time limits are not among them. A local
    checkpoint is known by the content of its files, so weights trained anew are another model.
    """
    match card:
        case TransformersCard():
            path = Path(card.checkpoint_path())
            weights = (
                {file.name: fingerprint(file, file.stat().st_size) for file in sorted(_files(path))}
                if path.is_dir()
                else {"hub": str(path), "revision": card.revision}
            )
            return {
                "engine": card.engine,
                "weights": weights,
                "precision": card.precision,
                "attention": card.attention,
            }
        case OpenAICard():
            return {"engine": card.engine, "base_url": card.base_url, "model": card.model}
        case BaselineCard():
            return {"engine": card.engine, "kind": card.kind}


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.is_file()]
