"""Reading and writing results_spotting.json."""

import json
import math
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, ProblemLog, event_problems
from touchline.spots.spots_file import (
    SPOTS_FILE,
    _valid_spots,
    parse_spot_entry,
    read_spot_files,
    write_spots,
)
from touchline.spots.types import Spot

GAME = "league/2014-2015/a 1 - 0 b"
GOOD = {"label": "Goal", "position": "1000", "half": "1", "confidence": "0.5"}


def write(root: Path, data: Any) -> Path:
    folder = root / GAME
    folder.mkdir(parents=True)
    (folder / SPOTS_FILE).write_text(data if isinstance(data, str) else json.dumps(data))
    return root


@given(
    st.lists(
        st.builds(
            Spot,
            st.sampled_from([1, 2]),
            st.integers(0, 7_200_000),
            st.sampled_from(["Goal", "Foul"]),
            st.sampled_from([None, "home", "away"]),
            st.floats(0, 1),
        ),
        max_size=5,
    )
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, spots: list[Spot]
) -> None:
    root = tmp_path_factory.mktemp("spots")
    write_spots(root, GAME, spots)
    assert read_spot_files(root) == {GAME: spots}


def test_official_layout(tmp_path: Path) -> None:
    path = write_spots(tmp_path, GAME, [Spot(2, 83_500, "Foul", "home", 0.25)])
    assert path == tmp_path / GAME / "results_spotting.json"
    assert json.loads(path.read_text()) == {
        "UrlLocal": GAME,
        "predictions": [
            {
                "gameTime": "2 - 01:23",
                "label": "Foul",
                "position": "83500",
                "half": "2",
                "confidence": "0.25",
                "team": "home",
            }
        ],
    }
    assert [file.name for file in path.parent.iterdir()] == ["results_spotting.json"]


def test_zip_and_folder_are_the_same(tmp_path: Path) -> None:
    root = write(tmp_path / "folder", {"predictions": [GOOD]})
    with zipfile.ZipFile(tmp_path / "spots.zip", "w") as archive:
        archive.write(root / GAME / SPOTS_FILE, f"{GAME}/{SPOTS_FILE}")
    assert read_spot_files(tmp_path / "spots.zip") == read_spot_files(root)


BAD = {
    "null half": ({**GOOD, "half": None}, "'half' is None"),
    "no half": ({k: v for k, v in GOOD.items() if k != "half"}, "'half' is missing"),
    "no confidence": ({k: v for k, v in GOOD.items() if k != "confidence"}, "'confidence' is mis"),
    "no label": ({k: v for k, v in GOOD.items() if k != "label"}, "'label' is missing"),
    "decimal position": ({**GOOD, "position": "600000.0"}, "'position' is '600000.0', not a whole"),
    "decimal half": ({**GOOD, "half": "1.0"}, "'half' is '1.0', not a whole number"),
    "worded confidence": ({**GOOD, "confidence": "high"}, "'confidence' is 'high', not a number"),
    "empty confidence": ({**GOOD, "confidence": ""}, "'confidence' is '', not a number"),
    "NaN": ({**GOOD, "confidence": "nan"}, "'confidence' is NaN or null"),
    "null": ({**GOOD, "confidence": None}, "'confidence' is NaN or null"),
    "third half": ({**GOOD, "half": "3"}, "half is 3"),
    "before": ({**GOOD, "position": "-600"}, "position -600 ms is before its start"),
    "long before": (
        {**GOOD, "position": "-8000000"},
        "'position' is -8000000, far outside the half",
    ),
    "for ever": ({**GOOD, "position": "9" * 400}, "'position' is 9{30}, far outside the half"),
    "giant half": ({**GOOD, "half": "9" * 400}, "half is 9+"),
    "after": ({**GOOD, "position": "7200001"}, "position 7200001 ms is past minute 120"),
    "alias": ({**GOOD, "label": "Shot on target"}, "unknown class .* nearest is 'Shots on target'"),
    "list for a label": ({**GOOD, "label": ["Goal"]}, "'label' is .*, not text"),
    "no object": ("Goal", "it is not an object"),
    "list": (["Goal"], "it is not an object"),
}


@pytest.mark.parametrize(("entry", "message"), BAD.values(), ids=BAD.keys())
def test_bad_entry_is_named_or_counted(tmp_path: Path, entry: Any, message: str) -> None:
    root = write(tmp_path, {"predictions": [GOOD, entry]})
    with pytest.raises(UserError, match=f"{GAME}/{SPOTS_FILE}, entry 2: {message}"):
        read_spot_files(root)
    problems = ProblemLog(lenient=True)
    spots = read_spot_files(root, problems=problems)[GAME]
    assert spots[0] == Spot(1, 1000, "Goal", None, 0.5)
    assert list(problems.counts.values()) == [1]
    assert "entry 2" in problems.sentences()[0]


def test_null_confidence_is_kept_as_nan(tmp_path: Path) -> None:
    root = write(tmp_path, {"predictions": [{**GOOD, "confidence": None}]})
    spots = read_spot_files(root, problems=ProblemLog(lenient=True))[GAME]
    assert math.isnan(spots[0].confidence)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{", "not valid JSON"),
        ({}, "no list called 'predictions'"),
        ({"predictions": {}}, "no list called"),
        ([], "no list called"),
    ],
)
def test_bad_file_is_named_or_counted(tmp_path: Path, data: Any, message: str) -> None:
    root = write(tmp_path, data)
    with pytest.raises(UserError, match=message):
        read_spot_files(root)
    problems = ProblemLog(lenient=True)
    assert read_spot_files(root, problems=problems) == {GAME: []}
    assert sum(problems.counts.values()) == 1


def test_missing_game(tmp_path: Path) -> None:
    root = write(tmp_path, {"predictions": [GOOD]})
    with pytest.raises(UserError, match=r"other/game/results_spotting\.json is missing"):
        read_spot_files(root, [GAME, "other/game"])
    problems = ProblemLog(lenient=True)
    assert read_spot_files(root, ["other/game"], problems=problems) == {"other/game": []}
    assert problems.counts == {"game without predictions": 1}


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="contains no results_spotting"):
        read_spot_files(tmp_path)
    with pytest.raises(UserError, match="does not exist"):
        read_spot_files(tmp_path / "absent")
    (tmp_path / "file").write_text("no zip")
    with pytest.raises(UserError, match="neither a folder nor a complete zip file"):
        read_spot_files(tmp_path / "file")


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.floats(), st.text(max_size=2), st.just([])
)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "label": st.sampled_from(["Goal", "Foul", "goal", None, 5, ["Goal"]]),
            "position": st.one_of(st.sampled_from(["0", "7200000", "7200001", "-1", 5.5]), ODD),
            "half": st.one_of(st.sampled_from(["1", 2, "3", 1.0]), ODD),
            "confidence": st.one_of(st.sampled_from(["0.5", 1, "nan", None, -1]), ODD),
        },
        optional={"team": st.sampled_from(["home", None, 3, ["home"]])},
    )
    | ODD,
    max_size=3,
)


@given(ENTRIES)
def test_columns_are_read_as_entries_are(entries: list[Any]) -> None:
    """What is read at once is what is read one by one, and nothing is wrong with it."""
    classes = frozenset(SOCCERNET_V2.classes)
    found = _valid_spots(entries, classes, 2)
    if found is not None:
        assert found == [parse_spot_entry(entry) for entry in entries]
        assert not any(event_problems(spot, classes, SOCCERNET_V2) for spot in found)
        assert not any(math.isnan(spot.confidence) for spot in found)


def test_files_without_problems_are_read_at_once() -> None:
    entries = [GOOD, GOOD | {"team": "away", "half": 2}]
    assert _valid_spots(entries, SOCCERNET_V2.classes, 2) == [
        Spot(1, 1000, "Goal", None, 0.5),
        Spot(2, 1000, "Goal", "away", 0.5),
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_member_of_a_zip_is_a_sentence(tmp_path, method):
    file = tmp_path / "spots.zip"
    name = f"{GAME}/results_spotting.json"
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(name, json.dumps({"predictions": [{"label": "Goal"}] * 300}))
    content = bytearray(file.read_bytes())
    begin = 30 + len(name) + 9
    content[begin : begin + 31] = b"\xff" * 31
    file.write_bytes(content)
    with pytest.raises(UserError, match="cannot be read"):
        read_spot_files(file)
