"""Benchmarks: planned, asked, resumed and finished."""

from touchline.runs.bench import Bench, parse_bench, read_bench
from touchline.runs.execute import Progress, RunResult, run
from touchline.runs.finish import Finished, finish
from touchline.runs.loaded import LoadedRun, load_run
from touchline.runs.plan import Plan, make_plan, plan_for

__all__ = [
    "Bench",
    "Finished",
    "LoadedRun",
    "Plan",
    "Progress",
    "RunResult",
    "finish",
    "load_run",
    "make_plan",
    "parse_bench",
    "plan_for",
    "read_bench",
    "run",
]
