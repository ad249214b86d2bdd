"""Writes docs/models.md from the cards and from the list of families that the tests exercise.

Usage: python tools/models_table.py          writes the page
       python tools/models_table.py --check  says with exit code 1 that it is out of date
"""

import sys
from pathlib import Path

import yaml

from touchline.models import Card, WorkerCard, find_card
from touchline.models.card_types.local import LocalCard
from touchline.models.catalogue.card_registry import built_in_cards

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/models.md"
EXERCISED = yaml.safe_load((ROOT / "tools/exercised_families.yaml").read_text(encoding="utf-8"))

HEAD = """# The models

This page is made by `python tools/models_table.py` from the cards and from the list of what the
tests exercise; a test says when it is out of date. `touchline models show NAME` explains a card,
`touchline models fit NAME` says what it needs, [cards.md](cards.md) how to write your own.

## What "exercised" means

No real weights of these models were run in the making of touchline, except those of `demo` and of
`demo-hybrid`, which ship with it. So nothing here is said to answer well, and a model whose line
says "not itself" may still fail when it is first loaded.

- **tiny checkpoint**: a checkpoint of the real class in transformers with random weights, about a
  megabyte, goes from its card to the journal in the tests on the CPU: 4 frames as images, in a
  batch of 2, and as one video where that is said.
- **architecture**: the model is built at full size without memory for its weights, and its
  parameters are counted against the card. No full-size model was run on a GPU: there was none.
- **stand-in**: the engine is tested against a server on this machine that speaks the endpoint's
  protocol; the model behind the real endpoint was not asked.
- **adapter**: the file that calls the maker's code is tested against a stand-in that has the
  signatures of that code, and the program that runs it with an adapter of our own; the maker's
  code was not run.
- **remote code**: the checkpoint brings its own Python. A checkpoint of our own that does the same
  goes through the tests; this one does not.

Any card with weights also runs in a server that touchline starts: `{use: NAME, engine: vllm}`, or
`sglang`, or `transformers-serve`, as far as the server knows the model; see
[serving.md](serving.md).
"""


def page() -> str:
    """The whole page."""
    cards = [find_card(name) for name in sorted(built_in_cards())]
    offered = [card for card in cards if card.status == "offered"]
    others = [card for card in cards if card.status != "offered"]
    parts = [
        HEAD,
        "## Offered\n",
        "| model | engine | exercised | what you need |\n|---|---|---|---|",
        *(f"| `{c.name}` | {c.engine} | {exercised(c)} | {needs(c)} |" for c in offered),
        "\n## Not offered\n",
        "| model | status | why | in its place |\n|---|---|---|---|",
        *(f"| `{c.name}` | {c.status} | {c.reason} | {_heir(c)} |" for c in others),
        "\n## Classes without a card\n",
        f"These classes of transformers {EXERCISED['version']} take images and text, and no card "
        "names them.\nAny of them may be tried with a card of your own ([cards.md](cards.md)).\n",
        "| model types | why |\n|---|---|",
        *(f"| {_types(one['types'])} | {one['why']} |" for one in EXERCISED["without_card"]),
    ]
    return "\n".join(parts) + "\n"


def _types(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def exercised(card: Card) -> str:
    """What was run of a model, and how."""
    if card.engine in ("baseline", "hybrid") or card.name == "demo":
        return "itself, in the tests"
    if not isinstance(card, LocalCard):
        return "not itself; stand-in"
    if isinstance(card, WorkerCard):
        return "not itself; adapter"
    family = next((one for one in EXERCISED["families"] if one["name"] == card.family), None)
    if card.remote_code:
        tiny = f"; tiny checkpoint of {family['model_class']} of transformers" if family else ""
        return f"not itself; remote code{_named(card)}{tiny}"
    if family is None:
        counted = "; architecture" if card.architecture else ""
        return f"not at all: transformers has its class, and no test has it{counted}"
    ways = "images, batch" + (", video" if family.get("video") else "")
    built = "; architecture" if card.architecture else ""
    return f"tiny checkpoint of {family['model_class']} ({ways}){built}"


def _named(card: Card) -> str:
    return " (on a checkpoint of our own)" if card.family in EXERCISED["remote_code"] else ""


def needs(card: Card) -> str:
    """What a person needs to run a model."""
    if card.engine == "baseline":
        return "nothing"
    if card.engine == "hybrid":
        return "`touchline[local]`"
    if not isinstance(card, LocalCard):
        keys = {"bedrock": "AWS credentials; `touchline[bedrock]`"}
        key = getattr(card, "api_key_env", None)
        return keys.get(card.engine, f"a key in `{key}`") + _more(card)
    weights = card.weights_gb.get(card.precision)
    is_worker = isinstance(card, WorkerCard)
    found = [f"`touchline models env {card.name}`" if is_worker else "`touchline[local]`"]
    found += [f"{weights:g} GB of disk, and of GPU memory as `models fit` says"] if weights else []
    found += ["a hub token and an accepted licence"] if card.gated else []
    return "; ".join(found) + _more(card)


def _more(card: Card) -> str:
    return f"; {card.requires}".rstrip(".").replace("|", "\\|") if card.requires else ""


def _heir(card: Card) -> str:
    return f"`{card.superseded_by}`" if card.superseded_by else ""


if __name__ == "__main__":
    text = page()
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == text else "docs/models.md is out of date")
    PAGE.write_text(text, encoding="utf-8")
