"""The SkyPilot example holds what SkyPilot's documentation names, and commands that exist."""

import re
from pathlib import Path

import yaml
from typer.testing import CliRunner

from touchline.cli.main import app

EXAMPLE = Path(__file__).parents[2] / "examples/skypilot.yaml"
# https://docs.skypilot.co/en/latest/reference/yaml-spec.html
TASK = {
    "name",
    "workdir",
    "num_nodes",
    "resources",
    "envs",
    "secrets",
    "volumes",
    "file_mounts",
    "setup",
    "run",
}
RESOURCES = {
    "infra",
    "accelerators",
    "accelerator_args",
    "cpus",
    "memory",
    "instance_type",
    "use_spot",
    "disk_size",
    "disk_tier",
    "network_tier",
    "image_id",
    "ports",
    "labels",
    "autostop",
    "any_of",
    "ordered",
    "job_recovery",
}
RECOVERY = {"strategy", "max_restarts_on_errors", "recover_on_exit_codes"}
MOUNT = {"name", "source", "store", "mode", "persistent"}
MODES = {"MOUNT", "COPY", "MOUNT_CACHED"}


def test_the_example_has_only_fields_of_the_schema():
    task = yaml.safe_load(EXAMPLE.read_text())
    assert set(task) <= TASK
    assert set(task["resources"]) <= RESOURCES
    assert set(task["resources"]["job_recovery"]) <= RECOVERY
    for mount in task["file_mounts"].values():
        assert set(mount) <= MOUNT
        assert mount["mode"] in MODES
    used = set(re.findall(r"\$\{?([A-Z]+)\}?", EXAMPLE.read_text()))
    assert used == set(task["envs"])


def test_its_command_is_one_that_touchline_has():
    command = yaml.safe_load(EXAMPLE.read_text())["run"]
    helped = CliRunner().invoke(app, ["run", "--help"], env={"COLUMNS": "200"}).output
    assert "touchline run" in command
    for option in re.findall(r"(--[a-z-]+)", command):
        assert option in helped
