import pytest

from touchline.games import SOCCERNET_V2
from touchline.replies import ReadPolicy
from touchline.replies.class_names import label_reader

DEFAULT = ReadPolicy()


def class_of(name: str, policy: ReadPolicy) -> str | None:
    return label_reader(SOCCERNET_V2, policy).class_of(name)


def parts_of(name: str, policy: ReadPolicy) -> tuple[str, ...]:
    return label_reader(SOCCERNET_V2, policy).parts_of(name)


@pytest.mark.parametrize("label", SOCCERNET_V2.classes)
def test_every_class_is_itself_however_it_is_written(label: str) -> None:
    for written in (label, label.upper(), label.replace("-", " "), f" {label}. "):
        assert class_of(written, DEFAULT) == label


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("Shot on target", "Shots on target"),
        ("Subsitution", "Substitution"),
        ("a foul by number 5", "Foul"),
        ("Goal (header)", "Goal"),
        ("Corner kick taken", "Corner"),
        ("Goal kick", None),
        ("No goal", None),
        ("Premier League logo", None),
        ("Player walks", None),
        ("", None),
    ],
)
def test_names_that_models_give(said: str, label: str | None) -> None:
    assert class_of(said, DEFAULT) == label


def test_ambiguous_names_follow_the_policy() -> None:
    assert class_of("Free-kick", DEFAULT) == "Indirect free-kick"
    assert class_of("Free-kick", ReadPolicy(free_kick="Direct free-kick")) == "Direct free-kick"
    assert class_of("Shot", ReadPolicy(shot=None)) is None
    assert class_of("card", ReadPolicy(card="Red card")) == "Red card"


def test_the_policys_aliases_go_before_all_others() -> None:
    policy = ReadPolicy(aliases={"Goal kick": "Clearance", "Foul": None})
    assert class_of("goal-kick", policy) == "Clearance"
    assert class_of("Foul", policy) is None


def test_the_cut_off_decides_about_misspelt_names() -> None:
    assert class_of("Subsitution", ReadPolicy(fuzzy_cutoff=101)) is None


def test_only_names_that_are_all_classes_are_parted() -> None:
    assert parts_of("Foul and yellow card", DEFAULT) == ("Foul", "yellow card")
    assert parts_of("Foul and dribble", DEFAULT) == ("Foul and dribble",)
    assert parts_of("Yellow->red card", DEFAULT) == ("Yellow->red card",)
