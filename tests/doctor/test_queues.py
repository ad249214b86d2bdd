"""The doctor on login nodes of pretended clusters."""

import pytest

from tests.doctor.pretended import Pretended, of_topic
from touchline.doctor import State, Wanted, examine

SINFO = """*** Welcome to the cluster | maintenance on Monday ***
GPU*|up|2-00:00:00|2|gpu:TitanRTX:4(S:0-1)|32|192000
GPU*|up|2-00:00:00|1|gpu:TitanV:8|40|192000+
old|up|6:00:00|3|gpu:1080ti:8|16|64000
cpu|down|infinite|10|(null)|64|256000
"""
QOS = "normal|||\ngpu4|1-00:00:00|gres/gpu=4|\n"
CONFIG = "MaxArraySize            = 1001\nMaxJobCount             = 10000\n"
PROGRAMS = {"sinfo": SINFO, "sacctmgr": QOS, "scontrol": CONFIG}


def findings(programs=PROGRAMS, **slurm):
    return of_topic(examine(Pretended(programs), Wanted(slurm=slurm)).findings, "SLURM")


def problems(**slurm):
    return [f"{one.says}: {one.means}" for one in findings(**slurm) if one.state is State.PROBLEM]


def test_a_partition_is_put_together_from_its_kinds_of_nodes():
    gpu = next(one for one in findings() if "partition GPU" in one.says)
    assert gpu.says == (
        "partition GPU (default): jobs of up to 48 h; 3 nodes with 4 TitanRTX, 8 TitanV, 40 cores "
        "and 188 GB"
    )
    assert "Titan RTX: FlashAttention 2 not possible (it needs 8); SDPA is used; " in gpu.means
    assert "models with weights fit" in gpu.means


def test_a_type_by_another_spelling_is_known_and_a_closed_partition_said():
    assert "GTX 1080 Ti" in next(one.means for one in findings() if "partition old" in one.says)
    closed = next(one for one in findings() if "partition cpu" in one.says)
    assert closed.state is State.WARNING
    assert "any length" in closed.says


def test_limits_of_a_user_are_said():
    said = " ".join(one.says for one in findings())
    assert "QOS gpu4 gives one user: jobs up to 1-00:00:00, at a time gres/gpu=4" in said
    assert "QOS normal" not in said
    assert "arrays have at most 1,000 jobs" in said


def test_a_job_that_can_start():
    assert problems(partition="GPU", gres="gpu:titanrtx:4", time="6:00:00") == []
    assert "can start in partition GPU" in findings(gres="gpu:1")[-1].says


@pytest.mark.parametrize(
    ("slurm", "says"),
    [
        ({"partition": "gpus"}, "there is no partition gpus: choose one with --partition: GPU"),
        ({"gres": "gpu:A100:1"}, "no node of GPU has 1 GPUs of the type A100"),
        ({"gres": "gpu:TitanRTX:8"}, "no node of GPU has 8 GPUs of the type TitanRTX"),
        ({"time": "3-00:00:00"}, "PartitionTimeLimit"),
        ({"time": "soon"}, "'soon' is not a time limit of SLURM"),
        ({"partition": "cpu", "gres": "gpu:1"}, "it has no GPU"),
    ],
)
def test_a_job_that_would_never_start_is_a_problem(slurm, says):
    assert any(says in one for one in problems(**slurm)), problems(**slurm)


@pytest.mark.parametrize("sinfo", [None, "", "a banner\n", (1, "slurm_load_partitions: timed out")])
def test_without_an_answer_it_is_a_problem_only_where_slurm_was_asked_for(sinfo):
    programs = {} if sinfo is None else {"sinfo": sinfo}
    (silent,) = findings(programs)
    assert silent.state is State.NOTE
    assert findings(programs, gres="gpu:1")[0].state is State.PROBLEM
