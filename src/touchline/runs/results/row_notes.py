"""Notes beside a row of the leaderboard: what its figures do not show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from touchline.runs.asking.watching.canaries import canary_results
from touchline.runs.asking.watching.row_names import model_of_row
from touchline.runs.asking.watching.served_file import read_served
from touchline.runs.before_asking.refused_models import read_refused
from touchline.runs.planning.plan_file import ModelPlan, PlanFile
from touchline.runs.planning.question_index import QuestionFile
from touchline.runs.probing.probe_file import probe_of
from touchline.runs.results.leaderboard import Leaderboard, ModelOutcome
from touchline.runs.run_folder import RunFolder
from touchline.runs.stopping.stopping_file import StoppingFile
from touchline.video import covered_ms


def with_notes(
    leaderboard: Leaderboard, folder: Path, plan: PlanFile, outcomes: Sequence[ModelOutcome]
) -> Leaderboard:
    """The leaderboard with notes on what the prompt gave away and how much of a match was shown.

    Args:
        leaderboard: without them.
        folder: the run.
        plan: what was asked.
        outcomes: what each row came to.
    """
    entries = {entry.name: entry for entry in plan.models}
    notes = {
        one.model: _notes(folder, plan, entries[model_of_row(one.model)], one)
        for one in outcomes
        if model_of_row(one.model) in entries
    }
    stopping = StoppingFile.read(folder)
    stopped = stopping is not None and len(plan.games) < len(stopping.order)
    rows = tuple(
        replace(
            row,
            note="; ".join(filter(None, [row.note, *notes.get(row.model, [])])),
            stopped_early=stopped,
        )
        for row in leaderboard.rows
    )
    return replace(leaderboard, rows=rows)


def covered_share(folder: Path, plan: PlanFile, model: str) -> float:
    """Share of the halves of a run that the windows of a model show, from 0 to 1.

    Raises:
        UserError: the run was never started for this model.
    """
    file = QuestionFile(folder, model)
    shown_ms = sum(covered_ms(file.half(line).spans_ms) for line in file.lines)
    return shown_ms / max(1, sum(plan.half_ms().values()))


def _who_answered(folder: Path, entry: ModelPlan, outcome: ModelOutcome) -> list[str]:
    """Who gave the answers of a row, where it is not who the card names, and silent changes."""
    found: list[str] = []
    served = read_served(folder, entry.name, entry.identity)
    who = list(outcome.served) if served is not None else []
    if len(who) > 1:
        windows = (f"{name} ({outcome.served[name]:,})" for name in who)
        found.append(f"mixed: answered by {', '.join(windows)}")
    elif who and who != [entry.card.get("model")]:
        found.append(f"answered by {who[0]}")
    alarms = [one for one in canary_results(folder, entry.name) if one.is_alarm]
    if alarms:
        date = datetime.fromtimestamp(alarms[0].at, UTC)
        found.append(
            f"its answers to canary windows changed by {date:%Y-%m-%d} (p = "
            f"{alarms[0].p_value:.2g}): it may be another model than at first"
        )
    return found


def _notes(folder: Path, plan: PlanFile, entry: ModelPlan, outcome: ModelOutcome) -> list[str]:
    found: list[str] = []
    leaks = plan.prompt_of(entry).leakage_prone
    if leaks and not entry.is_baseline:
        found.append(f"was told the {' and '.join(leaks)}, which is leakage-prone")
    was_asked = RunFolder(folder).questions(entry.name).is_file()  # a fused model never was
    if was_asked:
        found += _who_answered(folder, entry, outcome)
    adaptive = entry.recipe.adaptive
    if adaptive and was_asked:
        share = covered_share(folder, plan, entry.name)
        found.append(
            f"looked at {share:.1%} of the match, chosen by {adaptive.by}; the rest was left "
            "out by choice, and coverage counts the chosen windows"
        )
    if (reason := read_refused(folder).get(entry.name)) and outcome.coverage < 1:
        found.append(f"not asked: {reason.removesuffix('.')}")
    if probe := probe_of(folder, entry.name):
        found.append(probe.sentence)
    return found
