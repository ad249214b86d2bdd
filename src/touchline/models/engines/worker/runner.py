"""The program of a worker: it loads an adapter and answers questions, one JSON line each.

    python runner.py ADAPTER.py

It runs in the environment of the model, imports nothing of touchline, and needs Python 3.8.
`docs/workers.md` describes the lines. An adapter is a file with:

- `SETTINGS`: names of the generation settings that reach the model;
- `load(checkpoint, options)`: loads the model and gives what answers. It takes what it knows out of
  `options`; what is left over is refused. What it gives is a function of a question, or an object
  with the method `answer`. Its attributes `frames`, `device` and `dtype` are reported, else those
  of the file, named `FRAMES`, `DEVICE` and `DTYPE`;
- the function takes a `WorkerQuestion` and gives a dictionary with `text`, `frames_used`, and where
  they are known `finish` ("stop" or "length"), `prompt_tokens` and `completion_tokens`.

An exception is a failure of that question: one whose class is called `TooLong` says that the prompt
is too long, a `MemoryError` or an `OutOfMemoryError` that memory ran out.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import random
import sys
import traceback
from importlib import metadata
from typing import Any, TextIO

PROTOCOL = 1


class TooLong(Exception):  # noqa: N818  (adapters raise classes of this name too)
    """The prompt and the answer do not fit the model's context."""


class WorkerQuestion:
    """What an adapter is asked.

    Attributes:
        system: the system prompt, or None.
        text: the prompt; the frames come before it.
        frames: paths of JPEG files, in order.
        times_ms: time of each frame from the start of the window.
        generation: the settings among the adapter's `SETTINGS` that are given, by name.
        mp4: path of the frames as a video, or None.
        prompt: the system prompt and the text as one, for a model without a place for the first.
    """

    def __init__(self, ask: dict[str, Any], settings: list[str]) -> None:
        self.system = ask["system"]
        self.text = ask["text"]
        self.frames = ask["frames"]
        self.times_ms = ask["times_ms"]
        self.generation = {
            name: value for name, value in ask["generation"].items() if name in settings
        }
        self.mp4 = ask.get("mp4")
        self.prompt = "\n".join(filter(None, [self.system, self.text]))

    def check_length(self, prompt_tokens: int, context: int) -> None:
        """Raises `TooLong` where a prompt and the longest answer do not fit a context."""
        answer = self.generation["max_new_tokens"]
        if prompt_tokens + answer > context:
            raise TooLong(
                f"the prompt has {prompt_tokens} tokens, the answer up to {answer}, and the "
                f"model's context holds {context}"
            )

    def generate_arguments(self) -> dict[str, Any]:
        """The settings as `generate` of transformers takes them, without the seed.

        Where the model samples, neutral values replace the defaults of the maker's code.
        """
        found = {name: value for name, value in self.generation.items() if name != "seed"}
        if "min_tokens" in found:
            found["min_new_tokens"] = found.pop("min_tokens")
        temperature = found.pop("temperature", 0)
        if temperature:
            return {
                "do_sample": True,
                "temperature": temperature,
                "top_p": 1.0,
                "top_k": 0,
                **found,
            }
        greedy = {name: one for name, one in found.items() if name not in ("top_p", "top_k")}
        return {"do_sample": False, **greedy}


def main(adapter: str) -> None:
    """Answers until the input ends."""
    questions, answers = claim_pipes()
    hello = json.loads(questions.readline())["hello"]
    if hello["protocol"] != PROTOCOL:
        sys.exit(f"this program speaks protocol {PROTOCOL}, touchline {hello['protocol']}")
    module = load_file(adapter)
    options = dict(hello["options"])
    model = module.load(hello["checkpoint"], options)
    if options:
        sys.exit(f"the adapter {adapter} does not take the options {', '.join(sorted(options))}")
    settings = list(module.SETTINGS)
    send(answers, "ready", ready(module, model, hello, settings))
    for line in questions:
        ask = json.loads(line)["ask"]
        kind, fields = answered(getattr(model, "answer", model), ask, settings)
        send(answers, kind, dict(fields, key=ask["key"]))


def claim_pipes() -> tuple[TextIO, TextIO]:
    """The input and the output as files; whatever else is printed goes to the log instead.

    A library that asks something on standard input finds it empty.
    """
    questions = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return questions, answers


def load_file(path: str) -> Any:
    """The module in a file."""
    spec = importlib.util.spec_from_file_location("adapter", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["adapter"] = module
    spec.loader.exec_module(module)
    return module


def ready(module: Any, model: Any, hello: dict[str, Any], settings: list[str]) -> dict[str, Any]:
    """What the worker says of itself once the model is loaded."""
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for name in hello["packages"]:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
    return {
        "versions": versions,
        "device": said(model, module, "device"),
        "dtype": said(model, module, "dtype"),
        "frames": said(model, module, "frames"),
        "settings": settings,
        "seed": "seed" in settings,
    }


def said(model: Any, module: Any, name: str) -> Any:
    """What the model or its file says under a name; None where neither does."""
    found = getattr(model, name, None)
    return getattr(module, name.upper(), None) if found is None else found


def answered(answer: Any, ask: dict[str, Any], settings: list[str]) -> tuple[str, dict[str, Any]]:
    """The reply to a question, or the failure that an exception means."""
    question = WorkerQuestion(ask, settings)
    seed = question.generation.get("seed")
    if seed is not None:
        set_seed(seed)
    try:
        reply = dict(answer(question))
    except (Exception, SystemExit) as error:  # what the maker's code raises is about this question
        traceback.print_exc()
        sys.stderr.flush()
        free_memory()
        return "failure", {"kind": kind_of(error), "message": describe(error)}
    ignored = sorted(set(ask["generation"]) - set(settings)) + list(reply.pop("ignored", ()))
    return "reply", dict(reply, ignored=ignored)


def set_seed(seed: int) -> None:
    """Seeds all generators that the model may draw from."""
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed % 2**32)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def free_memory() -> None:
    """Gives memory that a failed question has taken back to the GPU."""
    if "torch" in sys.modules and sys.modules["torch"].cuda.is_available():
        sys.modules["torch"].cuda.empty_cache()


def kind_of(error: BaseException) -> str:
    """What an exception means: "memory", "too_long" or "error"."""
    name = type(error).__name__
    if name == "TooLong":
        return "too_long"
    # PyTorch before 2.5 raises a RuntimeError for some.
    if name in ("MemoryError", "OutOfMemoryError") or "out of memory" in str(error).lower():
        return "memory"
    return "error"


def describe(error: BaseException) -> str:
    """An exception as one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:500]


def send(answers: TextIO, kind: str, fields: dict[str, Any]) -> None:
    """Writes one line."""
    answers.write(json.dumps({kind: fields}) + "\n")
    answers.flush()


if __name__ == "__main__":
    if sys.path[0] == os.path.dirname(os.path.abspath(__file__)):  # noqa: PTH100, PTH120
        sys.path.pop(0)  # modules beside this file are not the model's
    main(sys.argv[1])
