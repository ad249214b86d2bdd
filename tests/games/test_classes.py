from touchline.games.classes import fold

from touchline.games import ALIASES, CLASSES, canonical_class


def test_there_are_17_classes_in_the_official_order():
    assert len(CLASSES) == 17
    assert (CLASSES[0], CLASSES[2], CLASSES[16]) == ("Penalty", "Goal", "Yellow->red card")


def test_every_alias_is_folded_and_stands_for_a_class():
    assert all(fold(alias) == alias and name in CLASSES for alias, name in ALIASES.items())


def test_names_are_recognised_however_they_are_written():
    assert canonical_class("SHOT_ON-target") == "Shots on target"
    assert canonical_class("Yellow->red card") == "Yellow->red card"
    assert canonical_class("throw in") == "Throw-in"


def test_what_is_ambiguous_or_no_class_is_left_to_the_reader():
    assert [canonical_class(name) for name in ("Free-kick", "Shot", "Card", "Goal kick", "")] == [
        None
    ] * 5
