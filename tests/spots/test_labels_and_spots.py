"""Labels and predictions as people have them: packed by other systems, deeper, partly missing."""

import json
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from touchline.errors import UserError
from touchline.games import BALL_2, SOCCERNET_V2, ProblemLog
from touchline.spots import PairedGames, read_pairs

GAME = "spain_laliga/2014-2015/2015-02-21 - 18-00 Málaga 2 - 0 Ávila"
OTHER = "spain_laliga/2014-2015/2015-02-28 - 18-00 Málaga 0 - 0 Cádiz"
LABEL = {"gameTime": "1 - 10:00", "label": "Goal", "position": "600000"}
SPOT = {"label": "Goal", "position": "600400", "half": "1", "confidence": "0.9"}
LABELS = json.dumps({"annotations": [LABEL]})
SPOTS = json.dumps({"UrlLocal": f"{GAME}/", "predictions": [SPOT]}, ensure_ascii=False)
NAMES = {"labels": "Labels-v2.json", "spots": "results_spotting.json"}


def put(file: Path, content: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    put(tmp_path / "labels" / GAME / "Labels-v2.json", LABELS)
    return tmp_path / "labels"


@pytest.fixture
def spots(tmp_path: Path) -> Path:
    put(tmp_path / "spots" / GAME / "results_spotting.json", SPOTS)
    return tmp_path / "spots"


def zipped(source: Path, rename: Callable[[str], str] = str, extra: str = "") -> Path:
    target = source.with_suffix(".zip")
    with zipfile.ZipFile(target, "w") as archive:
        for file in source.rglob("*.json"):
            archive.write(file, rename(file.relative_to(source).as_posix()))
        if extra:
            archive.writestr(extra, b"\x00\x05\x16\x07")
    return target


def deeper(source: Path) -> Path:
    target = source.with_name(f"{source.name}-packed")
    target.mkdir()
    source.rename(target / "submission")
    return target


def too_deep(source: Path) -> Path:
    return source / "spain_laliga"


def decomposed(source: Path) -> Path:
    target = source.with_name(f"{source.name}-mac")
    for file in source.rglob("*.json"):
        name = unicodedata.normalize("NFD", file.relative_to(source).as_posix())
        put(target / name, file.read_bytes())
    return target


def linked(source: Path) -> Path:
    target = source.with_name(f"{source.name}-linked")
    target.mkdir()
    (target / "spain_laliga").symlink_to(source / "spain_laliga")
    (source / "spain_laliga" / "up").symlink_to(source)
    return target


def encoded(encoding: str) -> Callable[[Path], Path]:
    def encode(source: Path) -> Path:
        for file in source.rglob("*.json"):
            file.write_bytes(file.read_text().encode(encoding))
        return source

    return encode


def one_file(source: Path) -> Path:
    (file,) = source.rglob("*.json")
    return file.rename(source / f"{source.name}-of-a-match.json")


PACKED: dict[str, Callable[[Path], Path]] = {
    "as it should be": lambda source: source,
    "a zip": zipped,
    "one folder deeper": deeper,
    "a zip with a folder of its own": lambda source: zipped(deeper(source)),
    "two folders deeper": lambda source: deeper(deeper(source)),
    "the folder of a league": too_deep,
    "a zip of macOS": lambda source: zipped(source, extra=f"__MACOSX/{GAME}/._Labels-v2.json"),
    "a zip of Windows": lambda source: zipped(source, lambda name: name.replace("/", "\\")),
    "decomposed names": decomposed,
    "a link to a league": linked,
    "a byte order mark": encoded("utf-8-sig"),
    "UTF-16": encoded("utf-16"),
    "the file itself": one_file,
}


@pytest.mark.parametrize("side", ["labels", "spots"])
@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED.keys())
def test_games_are_found_however_they_are_packed(
    labels: Path, spots: Path, side: str, pack: Callable[[Path], Path]
) -> None:
    sources = {"labels": labels, "spots": spots}
    sources[side] = pack(sources[side])
    found = read_pairs(sources["labels"], sources["spots"])
    ((truth, claimed),) = found.games.values()
    assert [label.label for label in truth] == [spot.label for spot in claimed] == ["Goal"]
    assert found.sentences() == ["1 game asked for, 1 with labels, 1 with predictions: 1 scored."]


def test_a_name_that_a_zip_does_not_declare_as_utf_8(labels: Path, spots: Path) -> None:
    archive = zipped(spots)
    content = bytearray(archive.read_bytes())
    # The flag of each entry, in its own header and in the directory at the end.
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place + 1] &= ~0x08
    archive.write_bytes(content)
    with zipfile.ZipFile(archive) as read:
        assert read.namelist() != [f"{GAME}/results_spotting.json"]
    assert list(read_pairs(labels, archive).games) == [GAME]


def lenient(labels: Path, spots: Path, **options: Any) -> tuple[PairedGames, list[str]]:
    problems = ProblemLog(lenient=True)
    found = read_pairs(labels, spots, problems=problems, **options)
    return found, problems.sentences()


def test_what_is_missing_on_a_side_is_counted_and_named(labels: Path, spots: Path) -> None:
    put(labels / OTHER / "Labels-v2.json", LABELS)
    put(labels / "spain_laliga/2014-2015/bare" / "1_224p.mkv", "")
    put(spots / "spain_laliga/2014-2015/unknown" / "results_spotting.json", SPOTS)
    with pytest.raises(UserError, match=r"1 of 2 games have no results_spotting.*Cádiz"):
        read_pairs(labels, spots)
    found, said = lenient(labels, spots)
    assert found.sentences() == [
        "2 games asked for, 2 with labels, 1 with predictions: 2 scored.",
        "1 game with predictions not scored, without labels; the first is "
        "'spain_laliga/2014-2015/unknown'.",
        "1 folder beside those of the games without labels; the first is "
        "'spain_laliga/2014-2015/bare'.",
    ]
    assert found.to_json()["without_predictions"] == [OTHER]
    assert said[0].startswith("1 × game without predictions")


def test_a_split_counts_what_it_leaves_out(labels: Path, spots: Path, tmp_path: Path) -> None:
    put(spots / OTHER / "results_spotting.json", SPOTS)
    put(tmp_path / "split.txt", f"\ufeff{GAME}/\r\n{GAME}\r\n")
    found = read_pairs(labels, spots, split=str(tmp_path / "split.txt"))
    assert found.sentences() == [
        "1 game asked for, 1 with labels, 1 with predictions: 1 scored.",
        "1 game with predictions not scored, outside the split or pattern.",
    ]


def test_a_file_that_names_another_game_is_noted(labels: Path, spots: Path) -> None:
    put(spots / GAME / "results_spotting.json", SPOTS.replace("Ávila", "Cádiz"))
    problems = ProblemLog()
    read_pairs(labels, spots, problems=problems)
    (said,) = problems.sentences()
    assert said.startswith("1 × file that names another game; first: predictions")
    assert (
        "says that it is of 'spain_laliga/2014-2015/2015-02-21 - 18-00 Málaga 2 - 0 Cádiz" in said
    )


def no_label(labels: Path, spots: Path) -> None:
    put(labels / GAME / "Labels-v2.json", '{"annotations": []}')


def other_classes(labels: Path, spots: Path) -> None:
    put(labels / GAME / "Labels-v2.json", LABELS.replace("Goal", "DRIVE"))


def other_predictions(labels: Path, spots: Path) -> None:
    put(spots / GAME / "results_spotting.json", SPOTS.replace('"Goal', '"PASS'))


def other_games(labels: Path, spots: Path) -> None:
    (spots / GAME).rename(spots / OTHER)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (no_label, "has no label in any of 1 game"),
        (other_classes, "no label of .*one has 'DRIVE'; it is a class of --task ball"),
        (other_predictions, "no prediction of .*one has 'PASS'; it is a class of --task ball"),
        (other_games, "has no predictions for the 1 game with labels .*Cádiz', not for .*Ávila"),
    ],
)
def test_what_would_score_nothing_is_refused_also_leniently(
    labels: Path, spots: Path, change: Callable[[Path, Path], None], sentence: str
) -> None:
    change(labels, spots)
    with pytest.raises(UserError, match=sentence):
        lenient(labels, spots)


def test_a_split_without_labels_is_refused(labels: Path, spots: Path, tmp_path: Path) -> None:
    put(tmp_path / "split.txt", OTHER)
    with pytest.raises(UserError, match="has no labels of the 1 game asked for"):
        lenient(labels, spots, split=str(tmp_path / "split.txt"))
    with pytest.raises(UserError, match=r"'val' is neither .*; the nearest is 'valid'"):
        lenient(labels, spots, split="val")


def test_an_unknown_class_suggests_its_task(labels: Path, spots: Path) -> None:
    put(labels / GAME / "Labels-v2.json", LABELS.replace("Goal", "PASS"))
    with pytest.raises(UserError, match="unknown class 'PASS'; it is a class of --task ball"):
        read_pairs(labels, spots)


def test_ball_actions_have_splits_of_their_own(labels: Path, spots: Path) -> None:
    pytest.importorskip("SoccerNet")
    from touchline.games import split_games

    assert all("england_efl" in game for game in split_games("test", BALL_2))
    assert not any("england_efl" in game for game in split_games("test", SOCCERNET_V2))


FOREIGN = {
    "OSL JSON 2": ({"version": "2.0", "data": [{"inputs": [], "events": []}]}, "OSL JSON 2.0"),
    "OSL JSON 1": ({"videos": [{"path": "a", "annotations": []}]}, "OSL JSON 1"),
    "SoccerTrack": ({"actions": [{"gameTime": "1 - 0:01", "label": "PASS"}]}, "SoccerTrack's"),
    "FOOTPASS": ({"keys": ["game_18_H1"], "events": {"game_18_H1": []}}, "FOOTPASS's events"),
    "labels": ({"annotations": [LABEL]}, "a file of labels"),
}


@pytest.mark.parametrize(("data", "name"), FOREIGN.values(), ids=FOREIGN.keys())
def test_files_of_other_formats_are_named(
    labels: Path, spots: Path, data: dict[str, Any], name: str
) -> None:
    put(spots / GAME / "results_spotting.json", json.dumps(data))
    with pytest.raises(UserError, match=f"has no list called 'predictions'; it is {name}"):
        read_pairs(labels, spots)
    (spots / GAME / "results_spotting.json").unlink()
    put(spots / "everything.json", json.dumps(data))
    with pytest.raises(UserError, match=f"'everything.json' is there; it is {name}"):
        read_pairs(labels, spots)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("Labels.json", "it holds Labels.json, the labels of --task v1"),
        ("Labels-ball.json", "it holds Labels-ball.json, the labels of --task ball"),
        ("Labels-caption.json", "SoccerNet's captions, not labels of events"),
        ("labels-V2.json", "rename it to Labels-v2.json"),
        ("league.zip", r"it holds zip files \('league.zip'\); unpack them"),
        ("1_224p.mkv", "it holds '.*1_224p.mkv'"),
    ],
)
def test_labels_of_another_kind_are_named(
    labels: Path, spots: Path, file: str, sentence: str
) -> None:
    (labels / GAME / "Labels-v2.json").rename(labels / GAME / file)
    with pytest.raises(UserError, match=f"contains no Labels-v2.json: .*{sentence}"):
        read_pairs(labels, spots)


def test_a_link_to_nothing_and_a_game_twice_are_named(labels: Path, spots: Path) -> None:
    put(spots / "old" / GAME / "results_spotting.json", SPOTS)
    put(spots / "new" / GAME / "results_spotting.json", SPOTS)
    (spots / GAME / "results_spotting.json").unlink()
    with pytest.raises(UserError, match=r"more than once: 'new/.* and 'old/"):
        read_pairs(labels, spots)
    file = labels / GAME / "Labels-v2.json"
    file.unlink()
    file.symlink_to("nowhere")
    with pytest.raises(UserError, match=r"cannot be read \(no such file or directory\)"):
        read_pairs(labels, spots)
