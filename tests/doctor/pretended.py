"""Machines that are pretended: what programs print, packages, disks, and what services answer."""

import json
import subprocess
from pathlib import Path

from touchline.doctor import Finding, ThisMachine
from touchline.doctor.machine import Disk, MediaLibraries

REQUIREMENTS = (
    "numpy>=2",
    "torch>=2.7; extra == 'local'",
    "huggingface-hub>=1.31; extra == 'local'",
    "touchline[local]; extra == 'train'",
    "tokenizers>=0.22; extra == 'train'",
    "starlette>=0.46; extra == 'view'",
)
TORCH = {"cuda": "13.0", "hip": None, "error": None, "built_for": ["sm_75", "sm_80", "sm_90"]}


class Pretended(ThisMachine):
    """A machine of a test; everything is as it should be unless it says otherwise.

    Args:
        programs: what a program prints, by its name; one that is not named is not installed.
        packages: versions by name.
        free_gb: on every disk.
        offered: the models that every endpoint offers, or the error it answers with.
        account: of the hub, or its error.
        python: version of Python.
        decoders: that FFmpeg has.
        environment: variables.
    """

    def __init__(
        self,
        programs=None,
        packages=None,
        *,
        free_gb=100,
        offered=(),
        account="someone",
        python="3.12.4",
        decoders=("h264", "hevc", "av1", "vp9", "mpeg2video", "mpeg4", "aac"),
        environment=None,
        writable=True,
    ):
        self.programs, self.packages = programs or {}, packages or {}
        self.free_gb, self.writable = free_gb, writable
        self.offered, self.account = offered, account
        self.version_of_python, self.decoders = python, decoders
        self.environment = environment or {}
        self.asked = []

    def python(self):
        return self.version_of_python, "/env/bin/python", True

    def version(self, package):
        return self.packages.get(package)

    def requirements(self):
        return REQUIREMENTS

    def run(self, command, timeout_s):
        name = Path(command[0]).name.split("3")[0]
        printed = self.programs.get(name)
        if callable(printed):
            printed = printed(command)
        if printed is None:
            return subprocess.CompletedProcess(command, 127, "", f"{name} is not installed here")
        if isinstance(printed, tuple):
            return subprocess.CompletedProcess(command, printed[0], "", printed[1])
        return subprocess.CompletedProcess(command, 0, printed, "")

    def disk(self, folder):
        return Disk(self.free_gb * 10**9, 10**12, self.writable)

    def media(self):
        return MediaLibraries("18", "8.1", frozenset(self.decoders), frozenset({"libx264"}))

    def hub_account(self):
        return self._told(self.account)

    def offered_models(self, card):
        self.asked.append(card.name)
        return self._told(self.offered)

    @staticmethod
    def _told(value):
        if isinstance(value, Exception):
            raise value
        return value


def gpus(*rows, **torch):
    """Programs of a machine with GPUs: rows of nvidia-smi, and what torch says."""
    return {
        "nvidia-smi": "".join(f"{row}\n" for row in rows),
        "python": "a warning of torch's\n" + json.dumps(TORCH | torch) + "\n",
    }


def of_topic(findings: tuple[Finding, ...], topic: str) -> list[Finding]:
    """The findings of one topic."""
    return [one for one in findings if one.topic == topic]
