"""GPUs, their driver, what torch can do with them, and which attention is possible."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from touchline.doctor.finding import Finding, State
from touchline.doctor.machine import Machine
from touchline.doctor.roster import roster_fit
from touchline.errors import UserError
from touchline.models import LEAST_CAPABILITY, Gpu, find_gpu

_PATIENCE_S = 30.0
_TORCH_PATIENCE_S = 180.0
"""torch is imported from a shared disk for minutes at times."""

_FIELDS = ("index", "name", "memory.total", "driver_version", "compute_cap", "mig.mode.current")
_OLD_FIELDS = _FIELDS[:4]
"""What nvidia-smi knew before it knew compute capabilities (driver 510)."""

_MAKERS = ("NVIDIA", "GeForce", "Quadro", "Tesla")
_VISIBLE = "CUDA_VISIBLE_DEVICES"
_BFLOAT16 = 8.0
"""The least compute capability with bfloat16 arithmetic of its own: Ampere."""

_ASK_TORCH = """
import json, torch
try:
    torch.zeros(1, device="cuda")
    error = None
except Exception as caught:
    error = str(caught).splitlines()[0]
print(json.dumps({"version": torch.__version__, "cuda": torch.version.cuda,
    "hip": torch.version.hip, "error": error, "built_for": torch.cuda.get_arch_list()}))
"""


@dataclass(frozen=True, slots=True)
class FoundGpu:
    """A GPU as nvidia-smi lists it.

    Attributes:
        index: its number.
        gpu: name, memory and capability; what the table does not know of speed is 1, and is not
            used here.
        capability_known: whether its compute capability is known.
        driver: version of the driver.
        is_split: whether it is split into parts (MIG).
    """

    index: str
    gpu: Gpu
    capability_known: bool
    driver: str
    is_split: bool


def find_gpus(machine: Machine) -> tuple[list[FoundGpu], str]:
    """The NVIDIA GPUs of a machine, and if none was found, why."""
    for fields in (_FIELDS, _OLD_FIELDS):
        asked = f"--query-gpu={','.join(fields)}"
        done = machine.run(["nvidia-smi", asked, "--format=csv,noheader,nounits"], _PATIENCE_S)
        if done.returncode == 0:
            rows = [line.split(", ") for line in done.stdout.strip().splitlines()]
            found = [_read_row(row) for row in rows if len(row) == len(fields)]
            return [one for one in found if one], "nvidia-smi lists none"
    said = " ".join((done.stderr or done.stdout).split())
    return [], said or f"nvidia-smi ended with code {done.returncode}"


def _read_row(row: Sequence[str]) -> FoundGpu | None:
    index, name, memory, driver, *newer = (one.strip() for one in row)
    if not memory.isdecimal():
        return None
    capability = _number(newer[0]) if newer else None
    known = table_gpu(name)
    gpu = Gpu(
        name=" ".join(one for one in name.split() if one not in _MAKERS) or name,
        memory_gb=int(memory) / 1024,
        capability=capability or (known.capability if known else 0.0),
        bandwidth_gb_s=known.bandwidth_gb_s if known else 1.0,
        tflops=known.tflops if known else 1.0,
    )
    is_split = len(newer) > 1 and newer[1] == "Enabled"
    return FoundGpu(index, gpu, bool(gpu.capability), driver, is_split)


def table_gpu(name: str) -> Gpu | None:
    """The GPU of touchline's table that a driver or a cluster means by a name; None if none is.

    >>> table_gpu("NVIDIA TITAN RTX").name, table_gpu("GTX-1080Ti").name, table_gpu("K80")
    ('Titan RTX', 'GTX 1080 Ti', None)
    """
    plain = " ".join(one for one in name.split() if one not in _MAKERS)
    for asked in (plain, f"GTX {plain}", f"RTX {plain}"):
        try:
            return find_gpu(asked)
        except UserError:
            continue
    return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def examine_gpus(machine: Machine) -> Iterator[Finding]:
    """Each GPU with what it means for the roster, and whether torch can use it."""
    found, why = find_gpus(machine)
    if not found:
        means = (
            "models with weights run on the processor here, which is enough for the built-in one; "
            "endpoints and clusters need no GPU on this machine"
        )
        yield Finding("GPU", State.NOTE, f"no NVIDIA GPU is usable here ({why})", means)
        return
    for group in _alike(found):
        yield _gpu_finding(machine, group)
    visible = machine.environment.get(_VISIBLE)
    if visible is not None:
        shown = [one for one in visible.split(",") if one.strip() not in ("", "-1")]
        state = State.NOTE if shown else State.WARNING
        says = f"{_VISIBLE}={visible} leaves {len(shown)} of {len(found)} visible"
        means = "" if shown else "unset it, or models with weights run on the processor"
        yield Finding("GPU", state, says, means)
    yield from _examine_torch(machine, found)


def _alike(found: Sequence[FoundGpu]) -> list[list[FoundGpu]]:
    groups: dict[FoundGpu, list[FoundGpu]] = {}
    for one in found:
        groups.setdefault(replace(one, index=""), []).append(one)
    return list(groups.values())


def _gpu_finding(machine: Machine, group: Sequence[FoundGpu]) -> Finding:
    first = group[0]
    gpu = first.gpu
    times = f"{len(group)} x " if len(group) > 1 else ""
    capability = f"{gpu.capability:g}" if first.capability_known else "unknown"
    says = (
        f"{times}{gpu.name}, {gpu.memory_gb:.0f} GB, compute capability {capability}, driver "
        f"{first.driver}"
    )
    facts = {
        "name": gpu.name,
        "count": len(group),
        "memory_gb": round(gpu.memory_gb, 2),
        "capability": gpu.capability if first.capability_known else None,
        "driver": first.driver,
        "mig": first.is_split,
    }
    if not first.capability_known:
        means = "its driver does not tell the compute capability: a newer driver does"
        return Finding("GPU", State.WARNING, says, means, facts)
    roster = roster_fit(gpu)
    facts |= {"attention": possible_attention(gpu), "fit": list(roster.fit)}
    facts |= {"fit_in_nf4": list(roster.quantized), "not_known": list(roster.unknown)}
    parts = [attention_sentence(gpu, machine), roster.sentence]
    if gpu.capability < _BFLOAT16:
        parts.insert(1, "weights in bfloat16 are loaded as float16")
    if first.is_split:
        parts.append("it is split (MIG), so a job has only a part of that memory")
    return Finding("GPU", State.OK, says, "; ".join(parts), facts)


def possible_attention(gpu: Gpu) -> list[str]:
    """The kinds of attention that a GPU's compute capability allows, the fastest first."""
    return [kind for kind, least in LEAST_CAPABILITY.items() if gpu.capability >= least]


def attention_sentence(gpu: Gpu, machine: Machine | None = None) -> str:
    """Which attention is used on a GPU, and why it is not a faster one.

    Args:
        gpu: the GPU.
        machine: where packages are looked for; None where the GPU is elsewhere.
    """
    least = LEAST_CAPABILITY["flash_attention_2"]
    if gpu.capability < least:
        kind = "SDPA" if gpu.capability >= LEAST_CAPABILITY["sdpa"] else "eager attention"
        return f"FlashAttention 2 not possible (it needs {least:g}); {kind} is used"
    if machine is None:
        return "FlashAttention 2 possible"
    if machine.version("flash-attn") is None:
        return "FlashAttention 2 possible, but flash-attn is not installed; SDPA is used"
    return "FlashAttention 2 possible where a card asks for it; SDPA is the default"


def _examine_torch(machine: Machine, found: Sequence[FoundGpu]) -> Iterator[Finding]:
    version = machine.version("torch")
    if version is None:
        return  # the extra `local` says so
    done = machine.run([sys.executable, "-c", _ASK_TORCH], _TORCH_PATIENCE_S)
    try:
        told = json.loads(done.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        last = (done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"])[-1]
        fix = "install it again, in the build for your driver: https://pytorch.org/get-started"
        yield Finding("torch", State.PROBLEM, f"torch {version} cannot be used: {last}", fix)
        return
    if told["cuda"] is None:
        means = "the GPU is not used: install a build with CUDA, https://pytorch.org/get-started"
        yield Finding("torch", State.PROBLEM, f"torch {version} is a build without CUDA", means)
    elif told["error"]:
        says = f"torch {version} cannot use the GPU: {told['error'].rstrip('.')}"
        means = f"its CUDA {told['cuda']} may be newer than driver {found[0].driver} supports"
        yield Finding("torch", State.PROBLEM, says, means, told)
    else:
        yield from _examine_build(version, told, found)


def _examine_build(
    version: str, told: dict[str, object], found: Sequence[FoundGpu]
) -> Iterator[Finding]:
    """Whether torch has code for each GPU: newer builds leave old generations out."""
    built_for = [str(one) for one in told["built_for"] or ()]  # type: ignore[attr-defined]
    lost = sorted(
        {
            f"{one.gpu.name} ({one.gpu.capability:g})"
            for one in found
            if one.capability_known and not runs_on(built_for, one.gpu.capability)
        }
    )
    says = f"torch {version} with CUDA {told['cuda']}"
    if lost:
        means = f"it has no code for {', '.join(lost)}: install an older build that does"
        yield Finding("torch", State.PROBLEM, says, means, told)
    else:
        yield Finding("torch", State.OK, says, "it can use every GPU here", told)


def runs_on(built_for: Sequence[str], capability: float) -> bool:
    """Whether a build of torch has code for a compute capability.

    Code for sm_XY runs on X.Y and later minor versions of X; compute_XY is compiled for any later
    one (CUDA's programming guide, "Application Compatibility").

    >>> runs_on(["sm_75", "sm_86"], 7.5), runs_on(["sm_75", "sm_86"], 8.9)
    (True, True)
    >>> runs_on(["sm_75", "sm_86"], 7.0), runs_on(["sm_80", "compute_80"], 12.0)
    (False, True)
    """
    major, minor = divmod(round(capability * 10), 10)
    for one in built_for:
        kind, _, number = one.rstrip("af").partition("_")
        if not number.isdecimal():
            continue
        has_major, has_minor = divmod(int(number), 10)
        if kind == "sm" and has_major == major and has_minor <= minor:
            return True
        if kind == "compute" and (has_major, has_minor) <= (major, minor):
            return True
    return not built_for
