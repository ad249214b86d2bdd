"""Printing the estimate of `touchline run --dry-run`, as a table or as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from touchline.cli.printing.named_rows import fitting_rows
from touchline.cli.printing.terminal import make_console, say
from touchline.text import counted

if TYPE_CHECKING:
    from touchline.runs import Estimate, Plan, Trial

_UNKNOWN = "?"


def show_estimate(
    plan: "Plan",
    folder: Path,
    *,
    batch: bool,
    gpu: str | None,
    as_json: bool,
    budget: str | None = None,
    trials: "Sequence[Trial] | None" = None,
) -> "list[Estimate]":
    """Prints the tokens, money and time of each model; asks nothing and writes nothing.

    Args:
        plan: the benchmark.
        folder: of the run.
        batch: as if run with `--batch`.
        gpu: see `touchline run --on-gpu`.
        as_json: print for programs.
        budget: spending limit, as users write it.
        trials: what came of asking two windows of each model; the estimate goes by them.

    Returns:
        What was printed.

    Raises:
        UserError: a video cannot be read, or the GPU is not known.
    """
    from touchline.models import find_gpu
    from touchline.runs import asked_anew, estimate

    least = {} if trials is None else {"least_answers": 1}
    named = find_gpu(gpu) if gpu else None
    estimates = estimate(plan, folder, batch=batch, gpu=named, **least)
    anew = asked_anew(plan, folder, estimates)
    warnings = [sentence for model in plan.models for sentence in model.card.warnings()]
    if as_json:
        values = [asdict(one) for one in estimates]
        found = {"models": values, "cost_usd": _total(estimates), "warnings": warnings}
        found |= {"asked_anew": anew} if anew else {}
        found |= {} if trials is None else {"trials": [asdict(one) for one in trials]}
        say(json.dumps(found, default=str))
        return estimates
    _print_table(estimates)
    total = _total(estimates)
    say("all models: " + (f"{total:.2f} USD" if total is not None else "price not known"))
    for sentence in [*_window_prices(estimates), *_budget_sentence(total, budget), *anew]:
        say(sentence)
    if trials is not None:
        _say_trials(trials)
        return estimates
    say(
        "Tokens and time are means of this run's answers where there are enough; else images by "
        "the card's formula, one token for four letters, and answers as long as they may be. "
        "Time without answers: what a quota takes at least, or --on-gpu's data sheet. "
        "Nothing was asked."
    )
    for sentence in warnings:
        say(f"touchline: {sentence}", err=True)
    return estimates


def _say_trials(trials: "Sequence[Trial]") -> None:
    for one in trials:
        say(_trial_sentence(one))
    say(
        "Tokens and time are those of this run's answers; a batch or several GPUs are faster. "
        "The windows that were asked are not asked again."
    )


def _trial_sentence(trial: "Trial") -> str:
    """What came of trying one model."""
    if trial.refused is not None:
        return f"{trial.model}: not asked: {trial.refused}"
    if trial.load_seconds is None:
        return f"{trial.model}: nothing left to ask"
    failed = f", {trial.failed} failed" if trial.failed else ""
    return (
        f"{trial.model}: ready after {trial.load_seconds:.1f} s, "
        f"{counted(trial.windows, 'window')} answered{failed}"
    )


def _window_prices(estimates: list["Estimate"]) -> list[str]:
    """What a window of each paid model costs."""
    left = ((one, one.windows - one.answered) for one in estimates)
    return [
        f"{one.model}: {one.cost_usd / windows:.5f} USD a window"
        for one, windows in left
        if one.cost_usd and windows
    ]


def _budget_sentence(total: float | None, budget: str | None) -> list[str]:
    """Whether a budget holds, where one is given."""
    from touchline.units import parse_usd

    if budget is None:
        return []
    limit = parse_usd(budget)
    if total is None:
        return [f"whether a budget of {limit:.2f} USD holds is unknown: the cost of a model is"]
    if total <= limit:
        return [f"a budget of {limit:.2f} USD holds"]
    return [f"a budget of {limit:.2f} USD is too small by {total - limit:.2f} USD"]


def _print_table(estimates: list["Estimate"]) -> None:
    if not estimates:
        say("only null baselines: no model is asked")
        return
    priced = any(one.cost_usd is None or one.price_date or one.cost_usd for one in estimates)
    columns = ("to ask", "frames", "tokens in", "out", *(("USD", "price of") if priced else ()))
    rows = [
        (
            one.model,
            (
                f"{one.windows - one.answered:,}",
                f"{one.frames:,}",
                _UNKNOWN if one.prompt_tokens is None else f"{one.prompt_tokens:,}",
                ("" if one.measured else "≤ ") + f"{one.completion_tokens:,}",
                *(_price(one) if priced else ()),
                _time(one),
            ),
        )
        for one in estimates
    ]
    for line in fitting_rows("model", (*columns, "time"), rows, make_console().width):
        say(line)


def _price(one: "Estimate") -> tuple[str, str]:
    """The cost of a model, and the date of its price."""
    cost = _UNKNOWN if one.cost_usd is None else f"{one.cost_usd:.2f}"
    return cost, str(one.price_date or "") + (", batch" if one.batch else "")


def _time(one: "Estimate") -> str:
    if one.windows == one.answered:
        return ""
    if one.batch:
        return "≤ 24 h"
    if one.seconds is None:
        return _UNKNOWN
    minutes = round(one.seconds / 60)
    least = "" if one.measured else "~ "
    return f"{least}{minutes // 60}:{minutes % 60:02d} h" if minutes else "< 1 min"


def _total(estimates: list["Estimate"]) -> float | None:
    costs = [one.cost_usd for one in estimates]
    return None if any(cost is None for cost in costs) else sum(cost or 0.0 for cost in costs)
