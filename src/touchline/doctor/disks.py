"""Free space where runs, weights and frames go, quotas, and what the caches hold."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from touchline.disk import KEEP_FREE, cache_folder as touchline_cache, state_folder
from touchline.doctor.finding import Finding, State
from touchline.doctor.machine import Disk, Machine
from touchline.doctor.roster import all_cards, local_roster
from touchline.models import LocalCard, cached_checkpoints
from touchline.text import counted
from touchline.units import GIGABYTE, format_gigabytes, parse_size
from touchline.video import cached, frames_folder, limit_bytes

_LEAST_BYTES = GIGABYTE
"""Below this a journal may not find space for a run."""

_QUOTA_PATIENCE_S = 20.0
_QUOTA_ROW = re.compile(r"\s*(\S+)\s+(\d+)(\*?)\s+(\d+)\s+(\d+)\s")
_KIBIBYTE = 1024


def examine_disks(machine: Machine) -> Iterator[Finding]:
    """Every folder that touchline writes to, the quota, and the caches."""
    hub = hub_folder(machine)
    yield _folder(machine, "runs (this folder)", Path.cwd())
    yield _folder(machine, "temporary files", Path(tempfile.gettempdir()))
    yield _folder(machine, "frames", touchline_cache("frames"))
    yield _folder(machine, "what is kept between runs", state_folder(""))
    if hub is None:
        means = "weights are downloaded with the extra 'local'"
        yield Finding("disk", State.NOTE, "there is no cache of weights", means)
    else:
        yield _weights(machine, hub)
    yield _quota(machine)
    yield from _caches(machine, hub)


def hub_folder(machine: Machine) -> Path | None:
    """The hub's cache, which is not made; None where its library is not installed."""
    if machine.version("huggingface-hub") is None:
        return None
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def _folder(machine: Machine, what: str, folder: Path) -> Finding:
    disk = machine.disk(folder)
    return _finding(what, folder, disk, "")


def _finding(what: str, folder: Path, disk: Disk, means: str) -> Finding:
    facts = {"what": what, "folder": str(folder), "free_bytes": disk.free_bytes}
    says = f"{what}: {format_gigabytes(disk.free_bytes)} free for {folder}"
    if not disk.writable:
        fix = "choose another folder: TOUCHLINE_CACHE for frames, HF_HOME for weights"
        return Finding("disk", State.PROBLEM, f"{what}: {folder} cannot be written", fix, facts)
    if disk.free_bytes < _LEAST_BYTES:
        return Finding("disk", State.PROBLEM, says, "free some space before a run", facts)
    if disk.free_bytes < parse_size(KEEP_FREE):
        tight = f"downloads keep {KEEP_FREE} free, so they refuse to begin"
        return Finding("disk", State.WARNING, says, tight, facts)
    return Finding("disk", State.OK, says, means, facts)


def _weights(machine: Machine, hub: Path) -> Finding:
    disk = machine.disk(hub)
    room_gb = (disk.free_bytes - parse_size(KEEP_FREE)) / GIGABYTE
    sizes = {
        one.name: size for one in local_roster() if (size := one.weights_gb.get(one.precision))
    }
    fitting = sum(size <= room_gb for size in sizes.values())
    means = (
        f"the weights of {fitting} of {len(sizes)} models fit, one model at a time; all of them "
        f"take {sum(sizes.values()):,.0f} GB"
    )
    return _finding("weights", hub, disk, means)


def _quota(machine: Machine) -> Finding:
    """The quota of this user, as the program `quota` tells it."""
    done = machine.run(["quota", "--no-wrap", "--show-mntpoint", "--raw-grace"], _QUOTA_PATIENCE_S)
    rows = [found for line in done.stdout.splitlines() if (found := _QUOTA_ROW.match(line))]
    limited = [row for row in rows if int(row[4]) or int(row[5])]
    if not limited:
        return Finding(
            "quota",
            State.NOTE,
            "no quota is known here",
            "where a cluster has one that `quota` does not tell, give it to touchline run as "
            "--model-quota, and to touchline models pull as --quota",
        )
    left = {
        row[1]: (min(filter(None, (int(row[4]), int(row[5])))) - int(row[2])) * _KIBIBYTE
        for row in limited
    }
    says = "; ".join(f"{format_gigabytes(size)} left on {name}" for name, size in left.items())
    facts = {"left_bytes": left}
    if min(left.values()) < _LEAST_BYTES:
        return Finding("quota", State.PROBLEM, says, "free some space before a run", facts)
    return Finding("quota", State.OK, says, "pass less than that as --model-quota", facts)


def _caches(machine: Machine, hub: Path | None) -> Iterator[Finding]:
    folder = frames_folder()
    stores = cached(folder) if machine.disk(folder).writable and folder.is_dir() else []
    held = sum(one.size_bytes for one in stores)
    says = f"frames of {counted(len(stores), 'half').replace('halfs', 'halves')}: "
    says += f"{format_gigabytes(held)} of at most {format_gigabytes(limit_bytes(folder))}"
    means = "touchline data cache lists and limits them"
    yield Finding("caches", State.OK, says, means, {"frames_bytes": held, "stores": len(stores)})
    if hub is None or not hub.is_dir():
        return
    cards = [card for card in all_cards() if isinstance(card, LocalCard)]
    found = cached_checkpoints(cards)
    total = sum(one.size_bytes for one in found)
    says = f"weights of {counted(len(found), 'repository').replace('ys', 'ies')}: "
    says += format_gigabytes(total)
    facts = {"weights_bytes": total, "checkpoints": [one.checkpoint for one in found]}
    yield Finding("caches", State.OK, says, "touchline models prune lists and deletes them", facts)
