"""What a cluster offers: its partitions with their GPUs and limits, and the limits of its QOS.

Sites print banners around any answer: only lines of the form that was asked for are read.
"""

import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Run = Callable[[Sequence[str], float], subprocess.CompletedProcess[str]]
"""Runs a program with a time limit in seconds."""

_PATIENCE_S = 10.0
_ENDLESS = ("infinite", "unlimited")
_NODES = re.compile(r"([\w.+-]+)(\*?)\|(\w+)\|([\w:-]+)\|(\d+)\|([^|]*)\|(\d+)\+?\|(\d+)\+?")
_GPU = re.compile(r"gpu:(?:([\w.-]+):)?(\d+)")
_TIME = re.compile(r"(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?")
_QOS = re.compile(r"([\w.+-]+)\|([^|]*)\|([^|]*)\|([^|]*)")
_ARRAY = re.compile(r"^MaxArraySize\s*=\s*(\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition.

    Attributes:
        name: as `--partition` takes it.
        is_default: whether jobs go there that name none.
        is_up: whether it takes jobs.
        time_limit_s: the longest job; None where there is no limit.
        nodes: how many there are.
        gpus: the most GPUs of each type on one node, by the name that `--gres` takes; "" is a GPU
            without a type.
        cores: the most of one node.
        memory_mb: the most of one node.
    """

    name: str
    is_default: bool
    is_up: bool
    time_limit_s: int | None
    nodes: int
    gpus: dict[str, int]
    cores: int
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Qos:
    """A quality of service, as far as it limits one user.

    Attributes:
        name: as `--qos` takes it.
        longest: of a job, as SLURM writes it; empty where there is no limit.
        resources: of one user at a time, such as "gres/gpu=4"; empty where there is no limit.
        jobs: of one user at a time; empty where there is no limit.
    """

    name: str
    longest: str
    resources: str
    jobs: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster.

    Attributes:
        partitions: in the order of their names.
        qos: those that limit anything; empty also where the cluster keeps no accounts.
        longest_array: the most jobs of one array, or None where that is not known.
        silent: why SLURM's programs told nothing; None where they answered.
    """

    partitions: tuple[Partition, ...]
    qos: tuple[Qos, ...] = ()
    longest_array: int | None = None
    silent: str | None = None


def read_cluster(run: Run) -> Cluster:
    """What SLURM says of its cluster; three questions, none of which changes anything.

    Args:
        run: how programs are run.
    """
    shown = "--format=%P|%a|%l|%D|%G|%c|%m"
    done = run(["sinfo", "--noheader", "--exact", shown], _PATIENCE_S)
    partitions = _partitions(done.stdout)
    if not partitions:
        said = " ".join(done.stderr.split()) or "sinfo lists no partition"
        return Cluster((), silent=said)
    qos = run(
        [
            "sacctmgr",
            "--noheader",
            "--parsable2",
            "show",
            "qos",
            "format=Name,MaxWall,MaxTRESPU,MaxJobsPU",
        ],
        _PATIENCE_S,
    )
    settings = run(["scontrol", "show", "config"], _PATIENCE_S)
    array = _ARRAY.search(settings.stdout)
    return Cluster(partitions, _qos(qos.stdout), int(array[1]) - 1 if array else None)


def parse_time_limit(text: str) -> int | None:
    """Seconds of a time limit as SLURM reads and writes it; None for one without an end.

    >>> parse_time_limit("1-12:00:00"), parse_time_limit("6:00:00"), parse_time_limit("90")
    (129600, 21600, 5400)
    >>> parse_time_limit("infinite"), parse_time_limit("2-6"), parse_time_limit("30:30")
    (None, 194400, 1830)

    Raises:
        ValueError: it is not a time limit.
    """
    if text.lower() in _ENDLESS:
        return None
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text}' is not a time limit of SLURM")
    days, first, second, third = (int(one) if one else 0 for one in found.groups())
    if found[1] is not None or found[4] is not None:
        hours, minutes, seconds = first, second, third
    else:
        hours, minutes, seconds = 0, first, second
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def parse_gpus(gres: str) -> dict[str, int]:
    """GPUs by type in a list of generic resources.

    >>> parse_gpus("gpu:TitanRTX:4(S:0-1),gpu:TitanV:8,nvme:1"), parse_gpus("gpu:2")
    ({'TitanRTX': 4, 'TitanV': 8}, {'': 2})
    """
    return {found[1] or "": int(found[2]) for found in _GPU.finditer(gres)}


def _partitions(text: str) -> tuple[Partition, ...]:
    groups: dict[str, list[re.Match[str]]] = defaultdict(list)
    for line in text.splitlines():
        if found := _NODES.fullmatch(line.strip()):
            groups[found[1]].append(found)
    return tuple(_partition(name, rows) for name, rows in sorted(groups.items()))


def _partition(name: str, rows: Sequence[re.Match[str]]) -> Partition:
    gpus: dict[str, int] = {}
    for row in rows:
        for kind, count in parse_gpus(row[6]).items():
            gpus[kind] = max(count, gpus.get(kind, 0))
    return Partition(
        name=name,
        is_default=bool(rows[0][2]),
        is_up=rows[0][3] == "up",
        time_limit_s=parse_time_limit(rows[0][4]),
        nodes=sum(int(row[5]) for row in rows),
        gpus=gpus,
        cores=max(int(row[7]) for row in rows),
        memory_mb=max(int(row[8]) for row in rows),
    )


def _qos(text: str) -> tuple[Qos, ...]:
    found = (_QOS.fullmatch(line.strip()) for line in text.splitlines())
    all_of_them = (Qos(*one.groups()) for one in found if one)
    return tuple(one for one in all_of_them if one.longest or one.resources or one.jobs)
