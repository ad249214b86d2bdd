"""`touchline convert`, `import` and `export`, as a user types them."""

import csv
import json
import shutil

import av
import pytest
from typer.testing import CliRunner

from tests.support.match_events import LABELS, SPOTS, what
from tests.support.videos import soccernet_folder, write_video
from touchline.cli.main import app
from touchline.errors import UserError
from touchline.games import (
    SOCCERNET_V2,
    Label,
    find_task,
    labels_text,
    read_games,
    read_labels,
)
from touchline.progress import ignore_progress
from touchline.runs import Bench, DataSection, build_plan, run
from touchline.spots import FormatSettings, ReadRules, read_events, writable_format, write_events

GAME = "league/2025-2026/a - b"


def touchline(*arguments):
    done = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def test_convert_says_what_it_read_assumed_and_lost(tmp_path):
    write_events(SPOTS[:1], writable_format("sportscode"), tmp_path / "m.xml", FormatSettings())
    done = touchline("convert", tmp_path / "m.xml", tmp_path / "m.vtt", "--to", "webvtt")
    assert done.stdout == f"4 events of 1 video (sportscode) -> {tmp_path}/m.vtt (webvtt)\n"
    assert done.stderr == ""
    done = touchline("convert", tmp_path / "m.xml", tmp_path / "m.json", "--to", "activitynet")
    assert done.stderr == "touchline: activitynet does not keep the team, which 3 events have.\n"


def test_an_analysts_file_becomes_labels_of_a_game(tmp_path):
    """Instances without exact times begin five seconds before their events, in words of a coach."""
    (tmp_path / "m.xml").write_text(
        "<file><ALL_INSTANCES><instance><ID>1</ID><start>10.0</start><end>20.5</end>"
        "<code>GOAL US</code></instance></ALL_INSTANCES></file>"
    )
    root = soccernet_folder(tmp_path / "root", GAME)
    (root / GAME / "Labels-v2.json").unlink()
    command = ["import", tmp_path / "m.xml", root, "--game", GAME, "--rename", "GOAL US=goal"]
    with pytest.raises(
        UserError, match=r"'Goal' at 10000 ms of .* is beyond the end of 1_224p.mkv"
    ):
        touchline(*command)
    (tmp_path / "m.xml").write_text((tmp_path / "m.xml").read_text().replace("10.0", "0.5"))
    done = touchline(*command, "--in-lead", "3")
    labels = read_labels(root / GAME / "Labels-v2.json", SOCCERNET_V2)
    assert what(labels) == [(1, 3500, "Goal")]
    assert "(sportscode) ->" in done.stdout
    said = r"exists already: delete it, or import into another ROOT\.$"
    with pytest.raises(UserError, match=said):
        touchline(*command, "--in-lead", "3")


def test_an_unknown_class_is_refused_or_counted(tmp_path):
    (tmp_path / "e.csv").write_text("time,label\n1:00,Gaol\n1:30,goal\n")
    command = ["convert", tmp_path / "e.csv", tmp_path / "o", "--to", "soccernet", "--task", "v2"]
    with pytest.raises(
        UserError, match=r"e\.csv, row 1: unknown class 'Gaol'; the nearest is 'Goal'"
    ):
        touchline(*command)
    done = touchline(*command, "--lenient")
    assert done.stderr.startswith("touchline: 1 × unreadable row; first: ")
    assert done.stdout.startswith("1 event of 1 video (csv) -> ")


def test_what_no_format_holds_is_said(tmp_path):
    (tmp_path / "e.json").write_text('{"something": "else"}')
    with pytest.raises(UserError, match=r"e\.json is of none of the formats that can be read"):
        touchline("convert", tmp_path / "e.json", tmp_path / "o", "--to", "csv")
    with pytest.raises(UserError, match="format 'docx' is not known"):
        touchline("convert", tmp_path / "e.json", tmp_path / "o", "--to", "docx")
    with pytest.raises(UserError, match="'kloppy' is only read"):
        touchline("convert", tmp_path / "e.json", tmp_path / "o", "--to", "kloppy")
    with pytest.raises(UserError, match="--rename 'x' is not like"):
        touchline("convert", tmp_path / "e.json", tmp_path / "o", "--to", "csv", "--rename", "x")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of a null baseline on a game of two halves of four seconds, labelled."""
    folder = tmp_path_factory.mktemp("formats")
    labels = [(1, 1001, "Goal"), (1, 3000, "Foul"), (2, 2000, "Foul")]
    root = soccernet_folder(folder / "root", GAME, labels)
    bench = Bench(data=DataSection(root=str(root)), models=("baseline/random",))
    run(build_plan(bench, "formats"), folder / "run", ignore_progress)
    return folder / "run"


def test_labels_of_a_run_are_exported(finished, tmp_path):
    done = touchline("export", finished, "--to", "osl", "--labels", "-o", tmp_path / "l.json")
    assert done.stdout == f"3 events in {tmp_path}/l.json\n"
    data = json.loads((tmp_path / "l.json").read_text())["data"]
    assert [one["inputs"][0]["fps"] for one in data] == [25, 25]
    assert data[0]["inputs"][0]["path"].endswith("1_224p.mkv")
    _, videos = read_events(tmp_path / "l.json", ReadRules(task=SOCCERNET_V2))
    assert [what(one.events) for one in videos] == [
        [(1, 1001, "Goal"), (1, 3000, "Foul")],
        [(2, 2000, "Foul")],
    ]


def test_spots_of_a_run_are_exported_below_it(finished):
    done = touchline("export", finished, "--to", "elan", "--model", "baseline/random")
    place = finished / "exports" / "baseline/random" / "elan" / GAME
    assert sorted(one.name for one in place.iterdir()) == ["1.eaf", "2.eaf"]
    assert "2 files below" in done.stdout
    found, _ = read_events(place.parents[2], ReadRules(task=SOCCERNET_V2))
    assert found == "elan"


def test_what_an_export_leaves_out_is_said(finished, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(finished, copy)
    null = ("--model", "baseline/every-window")
    done = touchline("export", copy, "--to", "csv", *null, "--least", "1", "-o", tmp_path / "s.csv")
    assert "with a confidence under 1 left out." in done.stderr
    assert "there were no events to export" in done.stderr
    corrected = copy / "labels" / GAME / "Labels-v2.json"
    corrected.parent.mkdir(parents=True)
    corrected.write_text(labels_text(GAME, [Label(1, 7, "Corner")]))
    done = touchline("export", copy, "--to", "csv", "--labels", "-o", tmp_path / "l.csv")
    assert "labels of 1 game are those that were corrected in the viewer." in done.stderr
    assert "00:00.007,7,Corner" in (tmp_path / "l.csv").read_text()
    shutil.rmtree(copy / "spots" / "baseline" / "every-window")
    with pytest.raises(UserError, match=r"has no spots of baseline/every-window yet"):
        touchline("export", copy, "--to", "csv", *null, "-o", tmp_path / "n.csv")


def test_an_export_without_a_choice_is_refused(finished, tmp_path):
    with pytest.raises(UserError, match="a format with --to, or --clips"):
        touchline("export", finished)
    with pytest.raises(UserError, match="has no model 'none'"):
        touchline("export", finished, "--to", "csv", "--model", "none")
    with pytest.raises(UserError, match="is not a run"):
        touchline("export", tmp_path, "--to", "csv")


def test_clips_are_in_a_folder_a_class(finished, tmp_path):
    out = tmp_path / "clips"
    done = touchline(
        *("export", finished, "--clips", "--labels", "--lead", "0.5", "--lag", "0.5", "-o", out)
    )
    assert "clips begin at a key frame" in done.stderr
    with (out / "clips.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["label"], row["position_ms"]) for row in rows] == [
        ("Goal", "1001"),
        ("Foul", "3000"),
        ("Foul", "2000"),
    ]
    assert sorted(one.name for one in out.iterdir()) == ["Foul", "Goal", "clips.csv"]
    for row in rows:
        start_ms, position_ms = int(row["clip_start_ms"]), int(row["position_ms"])
        assert start_ms <= position_ms - 500 <= position_ms <= int(row["clip_end_ms"])
        assert int(row["event_in_clip_ms"]) == position_ms - start_ms
        with av.open(str(out / row["clip"])) as clip:
            assert next(clip.decode(video=0)).key_frame
    with pytest.raises(UserError, match="exists already"):
        touchline("export", finished, "--clips", "--labels", "-o", out)


def test_a_folder_of_labels_converts_to_one_file_and_back(tmp_path):
    write_events(LABELS, writable_format("soccernet"), tmp_path / "in", FormatSettings())
    touchline("convert", tmp_path / "in", tmp_path / "all.csv", "--to", "csv")
    touchline("convert", tmp_path / "all.csv", tmp_path / "out", "--to", "soccernet")
    for file in (tmp_path / "in").rglob("*.json"):
        again = tmp_path / "out" / file.relative_to(tmp_path / "in")
        assert again.read_text() == file.read_text()


def test_footpass_becomes_the_clips_of_its_task(tmp_path):
    """Each half is a video of its own there, with the task's labels in its folder."""
    rows = {"game_18_H1": [[64, 0, 3, 1, 1, 0]], "game_18_H2": [[75, 1, 7, 8, 1, 0]]}
    (tmp_path / "val.json").write_text(json.dumps({"keys": list(rows), "events": rows}))
    touchline("import", tmp_path / "val.json", tmp_path / "root", "--task", "footpass")
    task = find_task("footpass")
    (first, second) = sorted((tmp_path / "root").rglob(task.label_file))
    assert (first.parent.name, second.parent.name) == ("game_18_H1", "game_18_H2")
    assert read_labels(second, task) == (Label(1, 3000, "Block", "right"),)
    touchline("convert", tmp_path / "root", tmp_path / "again.json", "--to", "json")
    touchline("convert", tmp_path / "root", tmp_path / "f.json", "--to", "footpass")
    again = json.loads((tmp_path / "f.json").read_text())
    assert again["events"] == {"game_18_H1": [[64, 0, -1, 1]], "game_18_H2": [[75, 1, -1, 8]]}


def test_labels_of_a_clip_are_beside_it(tmp_path):
    (tmp_path / "corner_07.csv").write_text("time,label\n0:02,shot\n")
    write_video(tmp_path / "root" / "corner_07.mp4", range(0, 4000, 40))
    command = ["import", tmp_path / "corner_07.csv", tmp_path / "root", "--task", "soccertrack-v2"]
    touchline(*command)
    (game,) = read_games(tmp_path / "root", find_task("soccertrack-v2"))
    assert [(label.position_ms, label.label) for label in game.labels] == [(2000, "Shot")]
    (tmp_path / "corner_07.csv").write_text("time,label\n0:05,shot\n")
    with pytest.raises(UserError, match=r"beyond the end of corner_07\.mp4"):
        touchline(*command)


def test_a_half_that_no_game_of_the_task_has_is_refused(tmp_path):
    (tmp_path / "e.csv").write_text("half,time,label\n3,0:02,Goal\n")
    with pytest.raises(UserError, match="row 1: half is 3; halves are counted from 1 to 2"):
        touchline("import", tmp_path / "e.csv", tmp_path / "root")
    touchline("convert", tmp_path / "e.csv", tmp_path / "o.json", "--to", "json")


def test_frame_rates_are_those_of_the_videos_beside_the_labels(tmp_path):
    root = soccernet_folder(tmp_path / "root", GAME, [(1, 1001, "Goal"), (2, 2000, "Foul")])
    touchline("convert", root, tmp_path / "tasks.json", "--to", "label-studio")
    first, second = json.loads((tmp_path / "tasks.json").read_text())
    assert first["data"]["fps"] == second["data"]["fps"] == 25
    assert first["annotations"][0]["result"][0]["value"]["ranges"] == [{"start": 26, "end": 26}]
    (root / GAME / "1_224p.mkv").unlink()
    with pytest.raises(UserError, match=r"give the frame rate of .*/1 with --fps"):
        touchline("convert", root, tmp_path / "other.json", "--to", "label-studio")


def test_a_whole_game_on_one_clock_becomes_halves(tmp_path):
    (tmp_path / "m.csv").write_text("time,label\n0:12,Kick-off\n47:00.5,Foul\n48:04,Goal\n")
    command = ["import", tmp_path / "m.csv", tmp_path / "root", "--game", GAME, "--half-starts"]
    touchline(*command, "0:12,48:03")
    labels = read_labels(tmp_path / "root" / GAME / "Labels-v2.json", SOCCERNET_V2)
    assert what(labels) == [(1, 0, "Kick-off"), (1, 2_808_500, "Foul"), (2, 1000, "Goal")]
    with pytest.raises(UserError, match="'Kick-off' at 12000 ms is before the first half"):
        touchline(*command, "0:13,48:03")
    with pytest.raises(UserError, match="one after another"):
        touchline(*command, "48:03,0:12")
    with pytest.raises(UserError, match="--half-starts 'soon': its time is 'soon'"):
        touchline(*command, "soon")


def test_a_lead_that_is_none_is_refused(tmp_path):
    (tmp_path / "e.csv").write_text("time,label\n0:12,Foul\n")
    with pytest.raises(UserError, match="lead is -5"):
        touchline(
            "convert", tmp_path / "e.csv", tmp_path / "e.xml", "--to", "sportscode", "--lead=-5"
        )


def test_import_refuses_a_game_that_is_only_called_after_its_file(tmp_path):
    (tmp_path / "e.csv").write_text("half,time,label\n1,0:12,Foul\n")
    with pytest.raises(UserError, match=r"does not say which game 'e' is.*--game LEAGUE/SEASON/GA"):
        touchline("import", tmp_path / "e.csv", tmp_path / "root")
    assert not (tmp_path / "root").exists()
    (tmp_path / "e.csv").write_text(f"game,half,time,label\n{GAME},1,0:12,Foul\n")
    touchline("import", tmp_path / "e.csv", tmp_path / "root")
    assert (tmp_path / "root" / GAME / "Labels-v2.json").is_file()
    for name in ("a", "b"):
        (tmp_path / "two").mkdir(exist_ok=True)
        (tmp_path / "two" / f"{name}.csv").write_text("half,time,label\n1,0:12,Foul\n")
    with pytest.raises(UserError, match="put each file into a folder LEAGUE/SEASON/GAME"):
        touchline("import", tmp_path / "two", tmp_path / "other")


def test_a_table_of_one_game_says_which(tmp_path):
    """Labels that do not name their game are those of the folder that they are in."""
    root = soccernet_folder(tmp_path / "root", GAME, [(1, 1001, "Goal")])
    touchline("convert", root / GAME / "Labels-v2.json", tmp_path / "out", "--to", "csv")
    _, (video,) = read_events(tmp_path / "out" / "csv.csv", ReadRules(task=SOCCERNET_V2))
    assert video.game == "a - b"
    (tmp_path / "derby.csv").write_text("game,half,time,label\nderby,1,0:12,Foul\n")
    touchline("convert", tmp_path / "derby.csv", tmp_path / "again.csv", "--to", "csv")
    assert (tmp_path / "again.csv").read_text().splitlines()[1].startswith("derby,")


def test_each_verb_names_the_place_that_it_has(tmp_path):
    root = soccernet_folder(tmp_path / "root", GAME, [(1, 1001, "Goal")])
    command = ["convert", root / GAME / "Labels-v2.json", tmp_path / "o.csv", "--to", "csv"]
    touchline(*command)
    with pytest.raises(UserError, match=r"exists already: delete it, or name another OUT\.$"):
        touchline(*command)


def test_videos_beside_the_labels_of_one_game_give_their_frame_rate(tmp_path):
    root = soccernet_folder(tmp_path / "root", GAME, [(1, 1001, "Goal"), (2, 2000, "Foul")])
    touchline("convert", root / GAME, tmp_path / "tasks.json", "--to", "label-studio")
    first, second = json.loads((tmp_path / "tasks.json").read_text())
    assert first["data"]["video"] == "1_224p.mkv"
    assert first["data"]["game_id"] == "a - b"
    assert first["data"]["fps"] == second["data"]["fps"] == 25
