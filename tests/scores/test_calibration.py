"""Calibration of confidence."""

import numpy as np
import pytest

from touchline.games import Label
from touchline.scores import study_calibration
from touchline.scores.calibration.calibrators import fit_isotonic, fit_platt
from touchline.spots.types import Spot


def game(right: int, wrong: int, confidence: float) -> tuple[list[Label], list[Spot]]:
    """Goals a minute apart; the first of them found exactly, then false ones far away."""
    labels = [Label(1, (i + 1) * 60_000, "Goal") for i in range(right)]
    spots = [Spot(1, label.position_ms, "Goal", None, confidence) for label in labels]
    spots += [Spot(2, (i + 1) * 60_000, "Goal", None, confidence) for i in range(wrong)]
    return labels, spots


def test_errors_of_constant_confidence() -> None:
    study = study_calibration({"a": game(1, 3, 0.9)})
    assert study.raw.d_ece == pytest.approx(0.65)
    assert study.raw.la_ece == pytest.approx(0.65)  # the right one is exactly in place
    assert study.raw.brier == pytest.approx((0.1**2 + 3 * 0.9**2) / 4)
    assert study.raw.reliability.counts == (4,)
    assert study.fitted == {}  # one game has no others to fit on


def test_la_ece_counts_how_well_spots_are_placed() -> None:
    labels = [Label(1, 60_000, "Goal")]
    off = [Spot(1, 61_250, "Goal", None, 1.0)]  # half of the 2.5 s that count as right
    assert study_calibration({"a": (labels, off)}).raw.d_ece == pytest.approx(0)
    assert study_calibration({"a": (labels, off)}).raw.la_ece == pytest.approx(0.5)


def test_fits_on_other_games_mend_overconfidence() -> None:
    games = {str(i): game(10, 30, 0.9) for i in range(5)}
    study = study_calibration(games)
    for name in ("platt", "isotonic"):
        fit = study.fitted[name]
        assert fit.mean_confidence == pytest.approx(0.25, abs=0.01)
        assert fit.d_ece == pytest.approx(0, abs=0.01)
        assert fit.loose == pytest.approx(study.raw.loose)
        assert study.to_json()["fitted"][name]["d_ece_gain"] == pytest.approx(0.65, abs=0.01)


def test_a_fold_does_not_see_itself() -> None:
    games = {"a": game(30, 0, 0.9), "b": game(0, 30, 0.9)}
    fit = study_calibration(games).fitted["isotonic"]
    # Each game gets the other's precision, so every spot is judged wrongly.
    assert fit.brier == pytest.approx(1.0)


def test_platt_follows_a_logistic_truth() -> None:
    generator = np.random.default_rng(0)
    confidence = generator.uniform(0.05, 0.95, 20_000)
    log_odds = np.log(confidence / (1 - confidence))
    true = 1 / (1 + np.exp(-(0.5 * log_odds - 1)))
    fitted = fit_platt(confidence, generator.uniform(size=20_000) < true)
    assert np.abs(fitted(confidence) - true).max() < 0.03


@pytest.mark.parametrize("fit", [fit_platt, fit_isotonic])
def test_fits_never_decrease(fit: object) -> None:
    generator = np.random.default_rng(1)
    confidence = generator.uniform(size=200)
    fitted = fit(confidence, generator.uniform(size=200) > confidence)  # type: ignore[operator]
    assert (np.diff(fitted(np.linspace(0, 1, 50))) >= -1e-12).all()


def test_no_spots_have_no_calibration() -> None:
    study = study_calibration({"a": ([], []), "b": ([], [])})
    assert study.raw.d_ece is None
    assert study.raw.reliability.counts == ()
