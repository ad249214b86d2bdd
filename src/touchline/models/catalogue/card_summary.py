"""A model's card as text for the terminal."""

import textwrap

from touchline.models.card_types.base import Card
from touchline.models.card_types.local import LocalCard

_WIDTH = 96
_LABEL = 14


def summarize_card(card: Card) -> str:
    """The card as text: who the model is, what it accepts and needs, and its known faults."""
    lines = [_wrapped(f"{card.name}: {card.about}")]
    if refusal := card.refusal():
        lines.append(_wrapped(refusal))
    rows = [*_identity(card), *_input(card), *_running(card), *_prompting(card)]
    lines += [_wrapped(sentence) for sentence in card.warnings()]
    lines += [_row(label, text) for label, text in rows if text]
    for title, sentences in (("known faults", card.limits), ("observed", card.observations)):
        lines += [_row(title if at == 0 else "", text) for at, text in enumerate(sentences)]
    return "\n".join(lines)


def _identity(card: Card) -> list[tuple[str, str | None]]:
    size = None
    if card.parameters is not None:
        active = card.active_parameters
        size = f"{card.parameters:,} parameters" + (f", {active:,} per token" if active else "")
    return [
        ("family", card.family),
        ("also called", ", ".join(card.aliases)),
        ("licence", card.licence),
        ("size", size),
        ("retires", _retirement(card)),
        ("served by", ", ".join(card.served_by or ())),
    ]


def _retirement(card: Card) -> str | None:
    if card.retires is None:
        return None
    then = f": {card.retires.then}" if card.retires.then else ""
    return f"{card.retires.date}{then} ({card.retires.source})"


def _input(card: Card) -> list[tuple[str, str | None]]:
    accepts = {"native": "video, and frames as images", "frames": "frames as images"}[card.video]
    if card.max_images is not None:
        accepts += f", at most {card.max_images} per prompt; more are {_too_many(card)}"
    example = None
    if card.image_tokens is not None:
        tokens = card.image_tokens.prompt_tokens(854, 480, 1)
        example = f"{tokens:,} tokens for one of 854x480"
        if card.video_tokens is not None:
            example += f"; {card.video_tokens.prompt_tokens(854, 480, 15):,} for 15 as a video"
    context = f"{card.context_tokens:,} tokens" if card.context_tokens else None
    return [("accepts", accepts), ("an image", example), ("context", context)]


def _too_many(card: Card) -> str:
    return {"refuse": "refused", "subsample": "subsampled"}[card.too_many_images]


def _running(card: Card) -> list[tuple[str, str | None]]:
    price = None
    if card.price is not None:
        price = (
            f"${card.price.input:g} in and ${card.price.output:g} out per million tokens "
            f"({card.price.date})"
        )
    if not isinstance(card, LocalCard):
        return [("price", price), ("requires", card.requires)]
    weights = ", ".join(f"{kind} {size:g} GB" for kind, size in card.weights_gb.items())
    kinds = ", ".join(
        f"{kind} (compute capability {least:g})" for kind, least in card.attention_kinds.items()
    )
    access = ["a token and an accepted licence on the hub"] if card.gated else []
    if card.remote_code:
        access.append("your consent to run the code that comes with the checkpoint")
    return [
        ("checkpoint", card.checkpoint + _folder(card) + _pinned(card)),
        ("weights", weights),
        ("attention", kinds),
        ("access", "; ".join(access)),
        ("requires", card.requires),
    ]


def _folder(card: LocalCard) -> str:
    """Where a checkpoint that ships with touchline is, for other programs that serve it."""
    return f" ({card.checkpoint_path()})" if card.checkpoint.startswith("builtin:") else ""


def _pinned(card: LocalCard) -> str:
    """The revision of a hub repository; a local folder is identified by its content."""
    if "hub" not in card.weights():
        return ""
    return f", revision {card.revision}" if card.revision else ", not pinned to a revision"


def _prompting(card: Card) -> list[tuple[str, str | None]]:
    settings = card.generation
    if settings.max_new_tokens is None:
        answer = "as long as the context allows"
    else:
        answer = f"at most {settings.max_new_tokens} tokens"
        if thoughts := card.most_answer_tokens() - settings.max_new_tokens:
            answer += f" and {thoughts} for thoughts"
    for name, value in settings.changed().items():
        answer += f", {name.replace('_', ' ')} {value}"
    marker = repr(card.image_marker) if isinstance(card, LocalCard) and card.image_marker else None
    return [
        ("system prompt", card.system_prompt),
        ("prefix", card.prompt_prefix),
        ("image marker", marker),
        ("answer", answer),
    ]


def _row(label: str, text: str | None) -> str:
    return textwrap.fill(
        text or "",
        _WIDTH,
        initial_indent=f"{label:{_LABEL}}",
        subsequent_indent=" " * _LABEL,
    )


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH)
