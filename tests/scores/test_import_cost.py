"""Scoring loads what it needs, and nothing of the rooms that decode, ask and draw."""

import subprocess
import sys

SCRIPT = """
import sys
from touchline.games import Label
from touchline.report import score_grids
from touchline.runs import score_files
from touchline.scores import score_sheet
from touchline.spots import Spot

games = {"g": ([Label(1, 1000, "Goal")], [Spot(1, 1000, "Goal", None, 0.5)])}
score_sheet(games, quick=True)
assert "numpy.ma" not in sys.modules  # np.unique and np.isin import it, and take as long as scoring
sheet = score_sheet(games)
assert score_grids(sheet)
heavy = {
    "PIL", "av", "httpx2", "jinja2", "json_repair", "markupsafe", "openai", "rapidfuzz", "rich",
    "torch", "transformers", "vl_convert", "touchline.models",
    "touchline.prompts", "touchline.replies.parsers", "touchline.video.packets",
}
print(sorted(heavy & sys.modules.keys()))
"""


def test_scoring_loads_no_parser_and_no_drawing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
