"""`touchline demo`."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option(help="Folder of the run.")] = Path("runs/demo"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Run the built-in models on the built-in match: every step, in a minute, offline.

    Example: `touchline demo`
    """
    from touchline.cli.printing.run_result import run_plan, show_result
    from touchline.models import ASSETS
    from touchline.runs import build_plan, read_bench

    bench = read_bench(Path(str(ASSETS / "demo.yaml")))
    show_result(run_plan(build_plan(bench, "demo"), out), as_json)
