"""Runs on a real SLURM: arrays, time limits, kills, preemption, and what is refused."""

import json
import re
import sys

import psutil
import pytest

from tests.support.slurm_cluster import ENDED
from tests.support.videos import soccernet_folder
from touchline.models import Reply
from touchline.text import counted

pytestmark = pytest.mark.slow
WINDOWS = 62


def finished(benchmark):
    """Whether every window is answered, none was asked twice, and the run is scored."""
    records = benchmark.records()
    assert all(isinstance(record.answer, Reply) for record in records)
    assert len(records) == WINDOWS == len({record.answer.key for record in records})
    assert (benchmark.folder / "report/index.html").is_file()
    return len(benchmark.asked()) == WINDOWS


def test_an_array_over_four_cards_shares_the_work_and_a_job_behind_it_scores(benchmark, slurm):
    """Also from inside another job, whose number, memory and card are none of theirs."""
    bench = benchmark(0.3)
    options = ["--gres", "gpu:titanrtx:1", "--partition", "GPU"]
    inside = {
        "SLURM_JOB_ID": "4711",
        "SLURM_ARRAY_TASK_ID": "9",
        "SLURM_MEM_PER_NODE": "99999999",
        "CUDA_VISIBLE_DEVICES": "7",
    }
    done = bench.submit(*options, "--jobs", "4", **inside)
    assert done.returncode == 0, done.stderr
    assert "4 jobs submitted" in done.stdout
    again = bench.submit("--gres", "gpu:titanrtx:1", "--jobs", "2")
    assert "nothing to submit: 4 jobs already waiting or running" in again.stdout
    assert slurm.wait_ended(90) == ["COMPLETED"] * 5, bench.logs()
    assert finished(bench)
    cards = re.findall(r"x (\d/4), GPUs (\d)", bench.logs())
    assert {shard for shard, _ in cards} == {"0/4", "1/4", "2/4", "3/4"}
    assert {card for _, card in cards} == {"0", "1", "2", "3"}


def test_a_job_whose_time_ends_in_the_middle_goes_back_into_the_queue_and_finishes(
    benchmark, slurm
):
    bench = benchmark(0.45)
    bench.submit("--time", "1", "--stop-before", "40", "--jobs", "1")
    slurm.wait(lambda jobs: any(one["Restarts"] == "1" for one in jobs.values()), 60, "a requeue")
    early = len(bench.records())
    assert 0 < early < WINDOWS
    merge = [one for one in slurm.jobs().values() if one["JobName"].endswith("-finalize")]
    assert [one["JobState"] for one in merge] == ["PENDING"]
    assert set(slurm.wait_ended(90)) == {"COMPLETED"}, bench.logs()
    assert "the time limit was reached" in bench.logs()
    assert "this job was requeued" in bench.logs()
    assert finished(bench)


def test_a_signalled_job_that_may_not_be_requeued_ends_cleanly_and_is_submitted_again(
    benchmark, slurm
):
    bench = benchmark(0.15)
    bench.submit("--jobs", "1", "--sbatch=--no-requeue --comment=mine")
    bench.wait_answered(3)
    array = next(one["ArrayJobId"] for one in slurm.jobs().values() if "ArrayJobId" in one)
    slurm.tell("scancel", "--batch", "--signal=USR2", array)
    slurm.wait_ended(30)
    assert "submit them with `touchline run --on slurm`" in bench.logs()
    assert re.search(r"not asked yet: \d+ windows? of 'x'", bench.logs())
    assert 0 < len(bench.records()) < WINDOWS
    assert "1 job submitted" in bench.submit("--jobs", "1").stdout
    slurm.wait_ended(60)
    assert finished(bench)
    assert "no question is missing" in bench.submit().stdout


def test_a_job_killed_with_9_loses_what_was_in_flight_and_no_more(benchmark, slurm):
    bench = benchmark(0.12)
    bench.submit("--jobs", "2")
    bench.wait_answered(6)
    mine = str(bench.folder.resolve())
    workers = [
        one
        for one in psutil.process_iter(["cmdline"])
        if {"slurm-task", mine} <= set(one.info["cmdline"] or ())
    ]
    assert len(workers) == 2
    workers[0].kill()
    slurm.wait_ended(60)
    left = WINDOWS - len(bench.records())
    assert left > 0
    assert f"not asked yet: {counted(left, 'window')} of 'x'" in bench.logs()
    status = slurm.tell(sys.executable, "-m", "touchline", "status", bench.folder, "--json")
    (told,) = json.loads(status.stdout)["jobs"]
    assert re.match(
        rf"ended \(FAILED\): \d+_\d \(x ./2\), {counted(left, 'window')} left: .* was killed", told
    )
    assert "1 job submitted" in bench.submit().stdout
    slurm.wait_ended(60)
    assert len(bench.records()) == WINDOWS == len({one.answer.key for one in bench.records()})
    assert len(bench.asked()) <= WINDOWS + 1
    assert (bench.folder / "report/index.html").is_file()


def test_a_preempted_job_comes_back_and_asks_only_what_is_missing(benchmark, slurm):
    bench = benchmark(0.15)
    bench.submit("--jobs", "1", "--gres", "gpu:titanrtx:4")
    bench.wait_answered(5)
    urgent = ["--partition=urgent", "--gres=gpu:titanrtx:4", "--output=/dev/null"]
    slurm.tell("sbatch", *urgent, "--wrap=sleep 1")
    slurm.wait(lambda jobs: any(one["Restarts"] == "1" for one in jobs.values()), 60, "a restart")
    assert set(slurm.wait_ended(90)) == {"COMPLETED"}, bench.logs()
    assert finished(bench)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--qos", "nobodys"], "the QOS is unknown, or not open to this account and partition"),
        (["--partition", "nowhere"], "the partition does not exist here"),
        (["--account", "nobodys"], "the account is unknown, or may not use this partition"),
        (["--gres", "gpu:a100:1"], "no node of this partition has what is requested"),
        (["--gres", "fpga:1"], "no GPU of that name is known here"),
        (["--mem", "99T"], "no node of this partition has that much memory"),
    ],
)
def test_what_slurm_refuses_is_refused_in_words(benchmark, slurm, options, sentence):
    bench = benchmark(0)
    refused = bench.submit(*options)
    assert refused.returncode == 2
    assert refused.stderr.startswith("touchline: SLURM refuses: ")
    assert sentence in refused.stderr
    assert not list(bench.folder.glob("slurm/*.json"))
    assert not [one for one in slurm.jobs().values() if one["JobState"] not in ENDED]


def test_what_keeps_a_job_waiting_is_told_when_it_is_submitted(benchmark, slurm):
    bench = benchmark(0)
    waits = bench.submit("--partition", "short", "--time", "10")
    assert waits.returncode == 0, waits.stderr
    assert "waiting (PartitionTimeLimit)" in waits.stdout
    assert "so it never starts: cancel it and give a shorter --time" in waits.stdout


def test_an_exclusive_job_gets_all_cards_and_gives_each_of_them_to_a_worker(slurm, tmp_path):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")], halves=(1,))
    bench, run = tmp_path / "bench.yaml", tmp_path / "run"
    bench.write_text(
        "data: {root: data, halves: [1]}\nmodels: [demo]\nsampling: {window: 2, stride: 0.3}\n"
    )
    command = [sys.executable, "-m", "touchline", "run", bench, "--out", run, "--on", "slurm"]
    # Without a GPU that can be used the demo model runs on the CPU, whatever it is shown.
    one = ["--exclusive", "--gres", "gpu:titanrtx:1", "--gpus-per-worker", "2"]
    done = slurm.tell(*command, *one)
    assert "1 job submitted" in done.stdout, done.stderr
    assert set(slurm.wait_ended(90)) == {"COMPLETED"}
    (log,) = (run / "slurm/logs").glob("*_0_0_log.out")
    assert "demo 0/1, GPUs 0,1,2,3" in log.read_text()
    journals = sorted(file.name for file in (run / "replies/demo").glob("*.jsonl"))
    assert [name.split(".")[0] for name in journals] == ["w00", "w01"]
    assert json.loads((run / "scores.json").read_text())["leaderboard"][0]["coverage"] == 1


def test_an_array_without_a_job_that_scores_says_so(benchmark, slurm):
    done = benchmark(0).submit("--finalize-partition", "nowhere")
    assert done.returncode == 0, done.stderr
    assert "1 job submitted" in done.stdout
    assert (
        "no job will score the run (SLURM refuses: the partition does not exist here" in done.stdout
    )
