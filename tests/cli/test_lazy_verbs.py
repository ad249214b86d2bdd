"""Verbs are imported when they are called."""

import json
import subprocess
import sys

from typer.main import get_command

from touchline.cli.main import app


def test_every_verb_can_be_made():
    commands = get_command(app).commands
    assert len(commands) > 15
    assert all(commands[name].name == name for name in commands)
    assert not commands["score"].hidden
    assert commands["slurm-task"].hidden


def test_scoring_imports_only_its_own_verb(tmp_path):
    game = tmp_path / "league" / "season" / "game"
    game.mkdir(parents=True)
    label = {"gameTime": "1 - 00:01", "label": "Goal", "position": "1000"}
    spot = {"half": "1", "label": "Goal", "position": "1000", "confidence": "0.5"}
    (game / "Labels-v2.json").write_text(json.dumps({"annotations": [label]}))
    (game / "results_spotting.json").write_text(json.dumps({"predictions": [spot]}))
    script = (
        "import sys\nfrom touchline.cli.main import main\n"
        f"sys.argv = ['touchline', 'score', '--labels', {str(tmp_path)!r}]\n"
        f"sys.argv += ['--predictions', {str(tmp_path)!r}, '--csv']\n"
        "try:\n    main()\nexcept SystemExit as error:\n    code = error.code\n"
        "others = {'touchline.cli.run', 'touchline.cli.data.app', 'touchline.validation'}\n"
        # Each takes a tenth of the time that scoring a hundred games does.
        "others |= {'pydantic', 'rich', 'importlib.metadata', 'numpy.ma', 'scipy'}\n"
        "print(code, sorted(others & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "Official figures,loose,average-mAP" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr
