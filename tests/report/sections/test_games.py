"""Scores by game and the differences between models, from labels and spots."""

import random
import re

import pytest

from tests.report.samples import CREATED
from touchline.games import SOCCERNET_V2, Label
from touchline.report import ReportData, Row, SectionInput, measure_sections, render
from touchline.scores import align_events, official_scores, score_sheet
from touchline.spots import Spot

GAMES = [f"league/2025/game {number}" for number in range(12)]
CLASSES = ("Goal", "Foul", "Corner")


def made_up(share, seed):
    """Labels and spots of all games; a share of the labels is found."""
    pick = random.Random(seed)
    games = {}
    for game in GAMES:
        labels = [Label(1, 20_000 * (n + 1), CLASSES[n % 3], "home") for n in range(30)]
        spots = [
            Spot(1, one.position_ms + 200, one.label, "home", pick.uniform(0.5, 1))
            for one in labels
            if pick.random() < share
        ]
        spots += [Spot(1, 7_000 + 20_000 * n, "Foul", None, pick.random() / 2) for n in range(9)]
        games[game] = (labels, spots)
    return games


def measured(models):
    return measure_sections(
        SectionInput(
            model=name,
            is_baseline=False,
            games=games,
            events=align_events(games),
            tolerance_s=5.0,
            sheet=score_sheet(games),
        )
        for name, games in models.items()
    )


@pytest.mark.parametrize("metric", ["loose"])
def test_a_games_score_is_its_official_score_over_the_classes_that_occur(metric):
    games = made_up(0.7, 1)
    found = measured({"m": games})["games"]["m"]
    for game, score in zip(GAMES, found.scores, strict=True):
        precisions = official_scores({game: games[game]}).metrics[metric].per_class
        occurring = [precisions[SOCCERNET_V2.classes.index(name)] for name in CLASSES]
        # Classes that occur in none of the games count as 0, as in the official mean.
        assert score == pytest.approx(sum(occurring) / len(SOCCERNET_V2.classes), abs=1e-6)


def test_the_page_says_which_differences_are_significant(tmp_path):
    models = {"good": made_up(0.95, 1), "same": made_up(0.95, 2), "bad": made_up(0.2, 3)}
    rows = tuple(
        Row(model=name, loose=official_scores(games).loose.a_map, tight=0.1, coverage=1.0, games=12)
        for name, games in models.items()
    )
    data = ReportData(
        title="t", created=CREATED, task=SOCCERNET_V2, rows=rows, sections=measured(models)
    )
    text = render(data, tmp_path / "a.html").read_text()
    section = text.partition('<section id="games"')[2].partition("</section>")[0]
    assert section.count("game 11") >= 1
    lines = re.findall(
        r"<tr>\s*<td><bdi>(\w+)</bdi></td><td><bdi>(\w+)</bdi></td>(.*?)</tr>", section, re.S
    )
    verdicts = {frozenset(pair): re.findall(r"<td>(yes|no)</td>", rest)[0] for *pair, rest in lines}
    assert verdicts == {
        frozenset({"good", "bad"}): "yes",
        frozenset({"same", "bad"}): "yes",
        frozenset({"good", "same"}): "no",
    }


def test_one_game_has_no_section():
    games = {GAMES[0]: made_up(0.7, 1)[GAMES[0]]}
    assert measured({"m": games})["games"] == {}
