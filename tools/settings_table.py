"""Writes docs/settings.md from the declarations of the engines: which settings each honours.

Usage: python tools/settings_table.py          writes the page
       python tools/settings_table.py --check  says with exit code 1 that it is out of date
"""

import sys
from pathlib import Path

from touchline.models import Generation, WorkerCard, find_card
from touchline.models.card_types.dialects import DIALECTS, of_protocol
from touchline.models.card_types.transformers import LOCAL_SETTINGS
from touchline.models.catalogue.card_registry import built_in_cards

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/settings.md"

HEAD = """# Generation settings

The section `generation` of a card, or of a model in a benchmark, says how answers are generated:

```yaml
models:
  - {use: qwen2.5-vl-7b, engine: vllm, generation: {temperature: 0.7, top_p: 0.9, seed: 3}}
  - {use: gpt-4o, generation: {temperature: null}}
  - name: gpt
    engine: openai
    model: gpt-6
    dialect: openai-reasoning
    generation: {max_new_tokens: 512, reasoning_effort: low, thinking_allowance: 4000}
```

A setting reaches the model, or the card is refused before anything is asked, with the names of the
setting and the engine. None is dropped. `null` leaves a setting out: the request does not mention
it, and the default of the server applies (in this process: greedy, no penalty). A setting that you
do not mention has touchline's default where it reaches the model: `temperature: 0`, `seed: 0`,
`repetition_penalty: 1` and `max_new_tokens: 256`. `plan.json` holds what is sent and nothing else.
`max_new_tokens` can be left out where the card has `context_tokens`, which then bounds the cost; in
this process and through `transformers serve` an answer needs the limit.

A setting stands in one place: `extra_body` with one that the dialect knows is refused.

## Dialects

Endpoints that speak the same protocol differ in which settings they take, and in their names. A
card says which `dialect` its endpoint speaks. Without one, `openai` takes `openrouter` and
`mistral` by the address of those services, else `openai`; `gemini` takes `gemini`, `bedrock` takes
`converse`, `anthropic` takes `anthropic`. Each server that touchline starts has its own. A server
that you start yourself is `engine: openai` with `dialect: vllm`, `sglang` or `ollama`; Ollama's own
API is `engine: ollama`.

This page is made by `python tools/settings_table.py` from the declarations; a test says when it is
out of date. The tables name each setting as it stands in the request; – means that it is refused.
"""

TAIL = """
## Models that think

Thoughts are tokens of the answer for most endpoints: a limit of 512 tokens may be used up before
an answer begins. So `max_new_tokens` is the longest *answer*, and the limit that is sent is that
plus `thinking_allowance`; without it, plus `thinking_budget`. Costs and budgets count the whole
limit.

| model | dialect | what to set |
|---|---|---|
| OpenAI's GPT-5 and later | `openai-reasoning` | `reasoning_effort`, `thinking_allowance` |
| Gemini 2.5 | `gemini` | `thinking_budget`; 0 turns thinking off, except in Pro |
| Gemini 3 and later | `gemini-3` | `thinking_level`, `thinking_allowance` |
| Claude 4.7 and later | `anthropic` | `reasoning_effort`, `thinking_allowance` |
| Claude 4.5 and 4.6 | `anthropic-budget` | as Claude at Bedrock |
| Claude at Bedrock | `claude` | `thinking_budget` of at least 1,024, with `temperature: null` |
| Nova 2 | `nova-2` | `reasoning_effort`, `thinking_allowance` |
| at OpenRouter | `openrouter` | `reasoning_effort` or `thinking_budget` |
| behind vLLM | `vllm` | `reasoning_effort`, `thinking_budget` |
| in this process | | `thinking_allowance`; thoughts in tags are removed when the reply is read |

OpenAI's reasoning models refuse `temperature`, `seed`, `top_p` and `max_tokens`, which their
dialect does not have. vLLM needs a `--reasoning-parser` in `server_args`.

The field `thinking: disabled` of a card turns the thinking of Claude 4.7 and later off, where the
model allows that.

An answer that was cut off before it began is *truncated*, and says so.

## What comes from a checkpoint

Checkpoints have a generation config of their own; Qwen2.5-VL's has a repetition penalty of 1.05.
It is not used: vLLM is started with `--generation-config vllm`, SGLang with `--sampling-defaults
openai`, `transformers serve` is sent a config with each request, and in this process only the
special tokens are taken from it. To use a setting of the checkpoint in this process, name it:
`checkpoint_settings: [no_repeat_ngram_size]`. To use all of them behind vLLM, add
`[--generation-config, auto]` to `server_args`. `transformers serve` fills in what the request
cannot switch off (`stop_strings`, `bad_words_ids`, `suppress_tokens`, `max_time`). A server that
you started yourself has the defaults that you gave it.

`transformers serve` ignores `structured` and `logprobs`, so cards with them are refused there.
SGLang is sent the seed, and according to its documentation draws by it only in its deterministic
mode: add `--enable-deterministic-inference` to `server_args`. Neither was tried here.

## OpenRouter

OpenRouter hands a request to one of several providers, which leave out settings that they do not
know. Requests in the dialect `openrouter` demand providers that honour all of them; where there is
none, OpenRouter refuses, and you may leave the setting out (`seed: null`). The section `provider`
changes that, and pins who answers:

```yaml
provider: {quantizations: [bf16], order: [deepinfra], allow_fallbacks: false}
```
"""


def page() -> str:
    """The whole page."""
    chat = {name: dict(DIALECTS[name].places) for name in of_protocol("openai")}
    google = {name: dict(DIALECTS[name].places) for name in of_protocol("gemini")}
    amazon = {name: dict(DIALECTS[name].places) for name in of_protocol("bedrock")}
    claude = {name: dict(DIALECTS[name].places) for name in of_protocol("anthropic")}
    ollama = {name: dict(DIALECTS[name].places) for name in of_protocol("ollama")}
    here = {
        "transformers": dict.fromkeys(LOCAL_SETTINGS, "yes"),
        "baseline/random": dict.fromkeys(find_card("baseline/random").honoured(), "yes"),
    }
    workers = {
        card.adapter: dict.fromkeys(card.honoured(), "yes")
        for name in built_in_cards()
        if isinstance(card := find_card(name), WorkerCard)
    }
    parts = [
        HEAD,
        table("Chat completions: `openai`, `vllm`, `sglang`, `transformers-serve`", chat),
        table("Gemini", google),
        table("Bedrock", amazon),
        table("Anthropic", claude),
        table("Ollama", ollama),
        table("In this process", here),
        table("Workers, by their adapter", workers),
        "## Sources\n",
        "\n".join(f"- `{name}`: {one.source}." for name, one in DIALECTS.items()),
        TAIL,
    ]
    return "\n".join(parts)


def table(title: str, columns: dict[str, dict[str, str]]) -> str:
    """One table of settings by dialect or engine."""
    names = [name for name in Generation.model_fields if name != "samples"]
    lines = [
        f"### {title}\n",
        "| setting | " + " | ".join(f"`{name}`" for name in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for name in names:
        cells = [cell(name, column, places) for column, places in columns.items()]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def cell(setting: str, column: str, places: dict[str, str]) -> str:
    """Where a setting stands, or that it is refused."""
    if setting in places:
        place = places[setting]
        return place if place == "yes" else f"`{place}`"
    if setting == "thinking_allowance" and column in DIALECTS and DIALECTS[column].thinks:
        return "added to the limit"
    return "–"


if __name__ == "__main__":
    text = page()
    if "--check" in sys.argv:
        same = PAGE.read_text(encoding="utf-8") == text
        sys.exit(
            0 if same else "docs/settings.md is out of date: run python tools/settings_table.py"
        )
    PAGE.write_text(text, encoding="utf-8")
