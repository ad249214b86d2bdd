"""Python, what is installed beside touchline, and the libraries that decode videos."""

import re
from collections.abc import Iterator, Sequence

from touchline import __version__
from touchline.doctor.finding import Finding, State
from touchline.doctor.machine import Machine
from touchline.registry import install_command

LEAST_PYTHON = (3, 11)

EXTRAS = {
    "local": "models with weights run in this process",
    "serve": "a model can be served with transformers serve",
    "train": "the built-in model and adapters can be trained",
    "gemini": "Gemini models can be asked through Google's API",
    "bedrock": "models at Amazon Bedrock can be asked",
    "anthropic": "Claude models can be asked through Anthropic's API",
    "keyring": "keys are also found in the system's keyring",
    "figures": "reports have plots",
    "audio": "sound can be heard: whistles, and the baseline that listens",
    "motion": "windows can be chosen by motion, and scoreboards masked",
    "commentary": "commentary can be transcribed",
    "soccernet": "SoccerNet's videos can be downloaded",
    "quantised": "weights can be loaded in NF4 and INT8, which fits larger models",
    "structured": "answers can be constrained to a JSON schema in this process",
    "view": "runs can be viewed and reviewed in a browser",
}
"""What each extra makes possible, as a clause."""

_REQUIREMENT = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[([\w,-]+)\])?[^;]*(?:;(.*))?$")
_EXTRA = re.compile(r"extra\s*==\s*[\"']([\w.-]+)[\"']")

_CODECS = {
    "h264": "SoccerNet's videos",
    "hevc": "H.265 recordings",
    "av1": "AV1 recordings",
    "vp9": "VP9 recordings",
    "mpeg2video": "broadcasts in MPEG-2",
    "mpeg4": "old recordings in MPEG-4",
    "aac": "their sound",
}
"""Decoders that videos of matches need, and for what."""

_ENCODER = "libx264"
"""Writes what `touchline data normalize` makes, clips, and windows that are sent as a video."""


def examine_python(machine: Machine) -> Iterator[Finding]:
    """Python and touchline's own version."""
    version, path, is_virtual = machine.python()
    found = tuple(int(one) for one in re.findall(r"\d+", version)[:2])
    facts = {"version": version, "path": path, "virtual": is_virtual, "touchline": __version__}
    says = f"touchline {__version__} in Python {version} ({path}); {machine.system()}"
    if found < LEAST_PYTHON:
        least = ".".join(map(str, LEAST_PYTHON))
        yield Finding("Python", State.PROBLEM, says, f"Python {least} or later is needed", facts)
    elif not is_virtual:
        means = (
            "python -m venv makes a place of its own, so that no other program's packages change"
        )
        yield Finding("Python", State.NOTE, f"{says}, not a virtual environment", means, facts)
    else:
        yield Finding("Python", State.OK, says, facts=facts)


def examine_extras(machine: Machine) -> Iterator[Finding]:
    """Every extra: installed, partly installed, or not."""
    declared = extra_packages(machine.requirements())
    if not declared:
        yield Finding(
            "extras", State.NOTE, "touchline runs from its source, so its extras are not known"
        )
    for extra, what in EXTRAS.items():
        packages = declared.get(extra, ())
        if not packages:
            continue
        missing = [one for one in packages if machine.version(one) is None]
        facts = {"extra": extra, "packages": list(packages), "missing": missing}
        if not missing:
            yield Finding("extras", State.OK, f"{extra}: {what}", facts=facts)
        elif len(missing) == len(packages):
            fix = f"{install_command(extra)}: then {what}"
            yield Finding("extras", State.NOTE, f"{extra} is not installed", fix, facts)
        else:
            says = f"{extra} is installed in part: {', '.join(missing)} missing"
            yield Finding("extras", State.WARNING, says, install_command(extra), facts)


def missing_of_extra(machine: Machine, extra: str) -> list[str]:
    """The packages of an extra that are not installed."""
    packages = extra_packages(machine.requirements()).get(extra, ())
    return [one for one in packages if machine.version(one) is None]


def extra_packages(requirements: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The packages of each extra, those of extras that it includes too.

    >>> extra_packages(['torch>=2; extra == "local"', 'touchline[local]; extra == "train"'])
    {'local': ('torch',), 'train': ('torch',)}

    Args:
        requirements: as in a package's metadata.
    """
    direct: dict[str, list[tuple[str, str]]] = {}
    for text in requirements:
        found = _REQUIREMENT.match(text.strip())
        extra = _EXTRA.search(text)
        if found and extra:
            direct.setdefault(extra[1], []).append((found[1], found[2] or ""))

    def packages(extra: str, seen: frozenset[str]) -> Iterator[str]:
        for name, others in direct.get(extra, ()):
            if name.lower() != "touchline":
                yield name
                continue
            for other in filter(None, others.split(",")):
                if other not in seen:
                    yield from packages(other, seen | {other})

    return {one: tuple(dict.fromkeys(packages(one, frozenset({one})))) for one in direct}


def examine_media(machine: Machine) -> Iterator[Finding]:
    """The codecs of PyAV's own FFmpeg; the program `ffmpeg` is not used."""
    media = machine.media()
    says = f"PyAV {media.pyav} with its own FFmpeg {media.ffmpeg}"
    facts = {"pyav": media.pyav, "ffmpeg": media.ffmpeg}
    lacking = {name: what for name, what in _CODECS.items() if name not in media.decoders}
    if not lacking:
        means = f"reads {', '.join(_CODECS)}; no ffmpeg has to be installed"
        yield Finding("video", State.OK, says, means, facts)
    else:
        state = State.PROBLEM if "h264" in lacking else State.WARNING
        named = ", ".join(f"{name} ({what})" for name, what in lacking.items())
        means = f"cannot read {named}: install PyAV's wheel, pip install --only-binary av av"
        yield Finding("video", state, says, means, facts | {"missing": list(lacking)})
    if _ENCODER not in media.encoders:
        means = "videos cannot be normalized, cut, or sent to a model as a video"
        yield Finding("video", State.WARNING, f"FFmpeg has no encoder {_ENCODER}", means)
