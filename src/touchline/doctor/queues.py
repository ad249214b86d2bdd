"""SLURM: what its partitions have, and whether a run with some options would start there."""

from collections.abc import Iterator, Mapping, Sequence

from touchline.doctor.finding import Finding, State
from touchline.doctor.graphics import attention_sentence, table_gpu
from touchline.doctor.machine import Machine
from touchline.doctor.roster import roster_fit
from touchline.runs import Cluster, Partition, parse_gpus, parse_time_limit, read_cluster
from touchline.text import counted, nearest_word, shorten

TOPIC = "SLURM"


def examine_slurm(machine: Machine, asked: Mapping[str, str]) -> Iterator[Finding]:
    """The cluster, and whether it can run what is asked.

    Args:
        machine: the machine.
        asked: options of sbatch (partition, gres, time) that a run would be submitted with.
    """
    cluster = read_cluster(machine.run)
    if cluster.silent is not None:
        state = State.PROBLEM if asked else State.NOTE
        means = "touchline run --on slurm works on a login node of a cluster"
        yield Finding(
            TOPIC, state, f"no SLURM answers here ({shorten(cluster.silent, 100)})", means
        )
        return
    for partition in cluster.partitions:
        yield _partition(partition)
    yield from _limits(cluster)
    if asked:
        yield from _would_run(cluster, asked)


def _partition(one: Partition) -> Finding:
    gpus = ", ".join(f"{count} {kind or 'GPUs'}" for kind, count in one.gpus.items())
    default = " (default)" if one.is_default else ""
    says = (
        f"partition {one.name}{default}: jobs of {hours(one.time_limit_s)}; "
        f"{counted(one.nodes, 'node')} with {gpus or 'no GPU'}, {one.cores} cores and "
        f"{one.memory_mb / 1024:.0f} GB"
    )
    facts = {
        "partition": one.name,
        "time_limit_s": one.time_limit_s,
        "gpus": one.gpus,
        "up": one.is_up,
    }
    if not one.is_up:
        return Finding(TOPIC, State.WARNING, says, "it is closed at the moment", facts)
    known = {kind: gpu for kind in one.gpus if kind and (gpu := table_gpu(kind))}
    means = "; ".join(
        f"{gpu.name}: {attention_sentence(gpu)}; {roster_fit(gpu).sentence}"
        for gpu in known.values()
    )
    unknown = [kind for kind in one.gpus if kind not in known]
    if unknown:
        named = " and ".join(kind or "a GPU without a name" for kind in unknown)
        means += ("; " if means else "") + f"{named}: run touchline doctor there to see what fits"
    return Finding(TOPIC, State.OK, says, means, facts)


def _limits(cluster: Cluster) -> Iterator[Finding]:
    for one in cluster.qos:
        limits = {"jobs up to": one.longest, "at a time": one.resources, "jobs at a time": one.jobs}
        told = ", ".join(f"{what} {value}" for what, value in limits.items() if value)
        means = (
            "jobs over it wait with QOSMaxGRESPerUser or the like; --jobs-at-once stays below it"
        )
        yield Finding(TOPIC, State.NOTE, f"QOS {one.name} gives one user: {told}", means)
    if cluster.longest_array is not None:
        says = f"arrays have at most {cluster.longest_array:,} jobs"
        yield Finding(TOPIC, State.OK, says, "touchline submits at most 8 for each model")


def _would_run(cluster: Cluster, asked: Mapping[str, str]) -> Iterator[Finding]:
    """Whether a partition can take a job with some options."""
    name = asked.get("partition")
    names = {one.name: one for one in cluster.partitions}
    default = next((one for one in cluster.partitions if one.is_default), None)
    partition = names.get(name) if name else default
    if partition is None:
        says = f"there is no partition {name}" if name else "there is no default partition"
        near = nearest_word(name or "", names)
        means = f"choose one with --partition: {', '.join(names)}{near}"
        yield Finding(TOPIC, State.PROBLEM, says, means)
        return
    problems = [*_gpu_problems(partition, asked), *_time_problems(partition, asked)]
    if not partition.is_up:
        problems.append((f"partition {partition.name} is closed", "wait, or choose another one"))
    for says, means in problems:
        yield Finding(TOPIC, State.PROBLEM, says, means)
    if not problems:
        options = " ".join(f"--{option} {value}" for option, value in asked.items())
        says = f"a job with {options} can start in partition {partition.name}"
        yield Finding(TOPIC, State.OK, says)


def _gpu_problems(partition: Partition, asked: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if "gres" not in asked:
        return
    wanted = parse_gpus(asked["gres"]) or {asked["gres"].removeprefix("gpu:"): 1}
    has = {kind.lower(): count for kind, count in partition.gpus.items()}
    offered = ", ".join(
        f"gpu:{kind}:{n}" if kind else f"gpu:{n}" for kind, n in partition.gpus.items()
    )
    for kind, count in wanted.items():
        most = has.get(kind.lower(), 0) if kind else max(has.values(), default=0)
        if most < count:
            says = f"no node of {partition.name} has {count} GPUs of the type {kind or 'any'}"
            yield says, f"it has {offered or 'no GPU'}: choose with --gres, or another --partition"


def _time_problems(partition: Partition, asked: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if "time" not in asked:
        return
    try:
        wanted = parse_time_limit(asked["time"])
    except ValueError as error:
        yield str(error), "write hours:minutes:seconds, such as --time 6:00:00"
        return
    limit = partition.time_limit_s
    if limit is not None and (wanted is None or wanted > limit):
        says = f"--time {asked['time']} is too long: {partition.name} takes jobs of {hours(limit)}"
        yield says, "such a job never starts (PartitionTimeLimit): ask for less; it is resumed"


def hours(seconds: int | None) -> str:
    """A time limit in words.

    >>> hours(5400), hours(None)
    ('up to 1.5 h', 'any length')
    """
    return "any length" if seconds is None else f"up to {seconds / 3600:,.4g} h"


def gpus_asked(asked: Mapping[str, str], machine: Machine) -> Sequence[str]:
    """Types of the GPUs that a run would get on the cluster, as far as SLURM names them."""
    if "gres" in asked:
        return [kind for kind in parse_gpus(asked["gres"]) if kind]
    cluster = read_cluster(machine.run)
    chosen = [
        one
        for one in cluster.partitions
        if one.name == asked.get("partition", one.name if one.is_default else None)
    ]
    return [kind for one in chosen for kind in one.gpus if kind]
