"""Agreement between the repeats of the same question."""

import pytest

from touchline.scores import repeat_agreement

GOAL, FOUL, NOTHING = frozenset({"Goal"}), frozenset({"Foul"}), frozenset[str]()


def test_windows_without_any_claim_do_not_count() -> None:
    assert repeat_agreement([(NOTHING, NOTHING)]) is None
    found = repeat_agreement([(NOTHING, NOTHING), (GOAL, GOAL)])
    assert found is not None
    assert (found.windows, found.all, found.any, found.consistency) == (1, 1, 1, 1)


def test_shares_are_of_windows_and_of_pairs_of_repeats() -> None:
    found = repeat_agreement(
        [(GOAL, GOAL, GOAL), (GOAL, GOAL, FOUL), (GOAL, FOUL, NOTHING), (GOAL | FOUL, GOAL, GOAL)]
    )
    assert found is not None
    assert found.windows == 4
    assert found.all == 1 / 4
    assert found.any == 3 / 4
    assert found.consistency == pytest.approx((1 + 1 / 3 + 0 + 1 / 3) / 4)


def test_a_window_with_one_readable_answer_says_nothing() -> None:
    assert repeat_agreement([(GOAL,), ()]) is None
