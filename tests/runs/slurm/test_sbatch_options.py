"""What SLURM says in words, what it is told, and where a job finds itself; without a SLURM."""

import json
import time
from datetime import datetime

import pytest
from hypothesis import given, strategies as st
from typer.testing import CliRunner

from tests.support.videos import soccernet_folder
from touchline.cli.main import app
from touchline.errors import ComeBackLater, UserError
from touchline.runs.slurm import commands as tools
from touchline.runs.slurm.environment import own_job, worker_environment
from touchline.runs.slurm.job import _deadline_s, _Gains, _groups
from touchline.runs.slurm.queue import job_sentences
from touchline.runs.slurm.reasons import ended, refused, waiting
from touchline.runs.slurm.sbatch import array_job, signal_options, single_job, submit_job
from touchline.runs.slurm.sbatch_options import finalize_options, sbatch_options
from touchline.runs.slurm.submissions import (
    ArrayTask,
    Submission,
    job_name,
    live_jobs,
    read_submission,
    read_submissions,
    write_submission,
)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("(QOSMaxGRESPerUser)", "your QOS allows one user no more GPUs at a time"),
        ("QOSMaxCpuPerUserLimit", "your QOS or account allows no more jobs, cores or memory"),
        ("QOSMaxWallDurationPerJobLimit", "the job asks for more than your QOS or account allows"),
        ("AssocMaxWallDurationPerJobLimit", "so it never starts: cancel it"),
        ("AssocMaxCpuMinutesPerJobLimit", "so it never starts: cancel it"),
        ("QOSMaxGRESPerJob", "so it never starts: cancel it"),
        ("QOSMaxGRESPerNode", "so it never starts: cancel it"),
        ("QOSMaxMemoryPerNode", "so it never starts: cancel it"),
        ("AssocMaxGRESPerNode", "so it never starts: cancel it"),
        ("QOSMaxGRESPerAccount", "it starts when a job of yours ends"),
        ("AssocMaxJobsLimit", "it starts when a job of yours ends"),
        ("AssocMaxSubmitJobLimit", "it starts when a job of yours ends"),
        ("QOSMaxJobsPerUserLimit", "it starts when a job of yours ends"),
        ("QOSMaxSubmitJobPerUserLimit", "it starts when a job of yours ends"),
        ("AssociationJobLimit", "it starts when a job of yours ends"),
        ("QOSMinGRES", "ask for more"),
        ("AssocGrpGRES", "all users of your QOS or account together"),
        ("PartitionTimeLimit", "its time limit is longer than the partition"),
        ("DependencyNeverSatisfied", "cancel it with scancel and run the same command again"),
        ("Dependency", "it waits for the jobs before it to end"),
        ("ReqNodeNotAvail, UnavailableNodes:gpu[01-04]", "down, or reserved"),
        ("InvalidAccount", "give another --account"),
        ("InvalidQOS", "give another --qos"),
        ("Resources", "every suitable GPU is in use"),
        ("launch failed requeued held", "SLURM's reason is 'launch failed requeued held'"),
        ("launch_failed_requeued_held", "it is held by the cluster"),
    ],
)
def test_a_reason_for_waiting_has_its_sentence(reason, sentence):
    assert sentence in waiting(reason)


# The messages are those of SLURM's slurm_errno.c.
@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("Invalid partition name specified", "sinfo -s"),
        ("Invalid account or account/partition combination specified", "--account"),
        ("Invalid qos specification", "--qos"),
        ("Requested node configuration is not available", "sinfo -o '%P %G %c %m'"),
        ("Invalid generic resource (gres) specification", "--gres"),
        ("Requested time limit is invalid (missing or exceeds some limit)", "--time"),
        (
            "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
            "a limit of your account or QOS",
        ),
        ("QOSMaxGRESPerJob\nsbatch: error: Job violates accounting/QOS policy", "to one job"),
        ("AssocMaxSubmitJobLimit\nJob violates accounting/QOS policy", "fewer --jobs"),
        ("Invalid job array specification", "--jobs"),
        ("Unable to contact slurm controller (connect failure)", "does not answer"),
        ("something of this site's own", "sbatch reported 'something of this site's own'"),
    ],
)
def test_a_refusal_has_its_sentence(message, sentence):
    assert sentence in refused(f"sbatch: error: {message}")


def test_an_end_has_its_sentence():
    assert "--mem" in ended("OUT_OF_MEMORY")
    assert "'STRANGE'" in ended("STRANGE")


def test_words_are_handed_to_sbatch_as_they_are():
    named = {"partition": "GPU", "mail_type": None, "cpus_per_task": 8, "exclusive": True}
    raw = ["--gpus-per-node=2 --comment='two words'", "--requeue"]
    words = sbatch_options(named, raw)
    assert words == {
        "partition": "GPU",
        "cpus-per-task": "8",
        "exclusive": True,
        "gpus-per-node": "2",
        "comment": "two words",
        "requeue": True,
    }
    merging = finalize_options({**words, "gres": "gpu:4", "qos": "long"}, None)
    assert merging == {"partition": "GPU", "qos": "long"}
    assert finalize_options(words, "CPU") == {"partition": "CPU"}


@pytest.mark.parametrize("raw", ["--array=0-9", "--signal=USR1@5", "--dependency=afterok:1"])
def test_options_that_a_run_sets_itself_are_refused(raw):
    with pytest.raises(UserError, match="is set by touchline"):
        sbatch_options({}, [raw])


@pytest.mark.parametrize("raw", ["-p GPU", "GPU", "--"])
def test_words_that_cannot_be_read_are_refused(raw):
    with pytest.raises(UserError, match="write arguments of sbatch in their long form"):
        sbatch_options({}, [raw])


def test_an_open_quotation_mark_is_refused():
    with pytest.raises(UserError, match="a quotation mark is not closed"):
        sbatch_options({}, ["--comment='two words"])


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Puts programs in the place of SLURM's, by name and what their shell runs."""

    def pretend(bodies):
        for name, body in bodies.items():
            program = tmp_path / "bin" / name
            program.parent.mkdir(exist_ok=True)
            program.write_text(f"#!/bin/sh\nPATH=/bin:/usr/bin\n{body}\n")
            program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    return pretend


@pytest.fixture
def sbatch(tmp_path, monkeypatch):
    """Puts a program in the place of sbatch; returns the folder of the logs."""

    def pretend(body):
        program = tmp_path / "bin/sbatch"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))
        return tmp_path / "logs"

    return pretend


def test_an_array_is_a_script_that_becomes_its_command(sbatch):
    logs = sbatch("echo '12;cluster'")
    options = {"array": "0-2%1", "comment": "two words", "requeue": True}
    assert submit_job(array_job(logs, "touchline-a", options, ["python", "-m", "x y"], 3)) == 12
    assert (logs / "touchline-a.sh").read_text().splitlines() == [
        "#!/bin/bash",
        "#SBATCH --array=0-2%1",
        "#SBATCH --comment='two words'",
        "#SBATCH --job-name=touchline-a",
        "#SBATCH --open-mode=append",
        f"#SBATCH --output={logs}/%A_%a_0_log.out",
        "#SBATCH --requeue",
        "",
        "exec python -m 'x y'",
    ]
    assert submit_job(single_job(logs, "touchline-b", {}, ["true"])) == 12
    assert f"--output={logs}/%j_0_log.out" in (logs / "touchline-b.sh").read_text()


def test_variables_of_the_shell_do_not_change_what_is_submitted(sbatch, monkeypatch):
    monkeypatch.setenv("SBATCH_JOB_NAME", "mine")
    monkeypatch.setenv("SBATCH_ARRAY_INX", "0-9")
    monkeypatch.setenv("SQUEUE_STATES", "RUNNING")
    logs = sbatch('echo "$*"; env; echo 12')
    job = single_job(logs, "touchline-b", {"partition": "GPU"}, ["true"])
    assert submit_job(job) == 12
    # sbatch's manual: its command line overrides variables, which override the script.
    assert job.arguments[:1] == ("--parsable",)
    assert {"--job-name=touchline-b", "--partition=GPU"} <= set(job.arguments)
    outer = tools.outer_environment()
    assert not {"SBATCH_ARRAY_INX", "SQUEUE_STATES"} & outer.keys()


def test_a_dry_run_shows_jobs_scripts_and_the_line_of_sbatch(tmp_path):
    soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
    model = "{name: m, engine: openai, model: m, base_url: 'http://127.0.0.1:9/v1'}"
    bench = tmp_path / "bench.yaml"
    bench.write_text(f"data: {{root: data}}\nmodels: [{model}]\n")
    words = ["run", bench, "--out", tmp_path / "run", "--on", "slurm", "--dry-run"]
    options = ["--partition", "GPU", "--time", "1:00:00", "--jobs", "2"]
    done = CliRunner().invoke(app, [*map(str, words), *options], catch_exceptions=False)
    assert done.exit_code == 0
    assert "m: 2 jobs for" in done.stdout
    assert "#SBATCH --array=0-1" in done.stdout
    assert "$ sbatch --parsable --array=0-1 --job-name=touchline-run-" in done.stdout
    assert "--dependency=afterany:ARRAY" in done.stdout
    assert not (tmp_path / "run").exists()


def test_a_submission_that_is_refused_says_why(sbatch, monkeypatch):
    logs = sbatch("echo 'sbatch: error: invalid partition specified: x' >&2; exit 1")
    monkeypatch.setenv("SBATCH_QOS", "nobodys")
    said = r"SLURM refuses: .*sinfo -s.*; the shell also sets SBATCH_QOS\. .*specified: x"
    with pytest.raises(UserError, match=said):
        submit_job(single_job(logs, "touchline-a", {}, ["true"]))


def test_a_submission_without_an_answer_can_be_repeated(sbatch, monkeypatch):
    monkeypatch.setattr(tools, "_TIMEOUT_S", 0.2)
    logs = sbatch("exec /bin/sleep 5")
    with pytest.raises(ComeBackLater, match="sbatch did not answer"):
        submit_job(single_job(logs, "touchline-a", {}, ["true"]))


@given(stop_before_s=st.integers(min_value=0, max_value=100_000))
def test_the_signal_comes_after_the_deadline_even_when_it_is_a_minute_early(stop_before_s):
    seconds = int(signal_options(stop_before_s)["signal"].removeprefix("B:USR2@"))
    assert seconds >= 1
    assert seconds + 60 <= max(stop_before_s, 61)
    assert signal_options(180) == {"signal": "B:USR2@120"}


def test_a_job_is_known_by_its_place_in_the_array_and_never_by_its_gpus():
    place = own_job(
        {
            "SLURM_JOB_ID": "30",
            "SLURM_ARRAY_JOB_ID": "30",
            "SLURM_ARRAY_TASK_ID": "3",
            "CUDA_VISIBLE_DEVICES": "1",
        }
    )
    assert (place.job, place.index) == ("30_3", 3)
    assert own_job({"SLURM_JOB_ID": "31"}).job == "31"
    with pytest.raises(UserError, match="not a SLURM job"):
        own_job({"CUDA_VISIBLE_DEVICES": "0"})


def test_a_worker_is_offline_and_compiles_on_its_node():
    told = worker_environment({"TMPDIR": "/local/7", "VLLM_CACHE_ROOT": "/mine"})
    assert told["HF_HUB_OFFLINE"] == "1"
    assert told["VLLM_CACHE_ROOT"] == "/mine"
    others = {"TRITON_CACHE_DIR", "TORCHINDUCTOR_CACHE_DIR", "CUDA_CACHE_PATH"}
    assert all(told[name].startswith("/local/7/touchline-") for name in others)


@pytest.mark.parametrize(
    ("visible", "size", "groups"),
    [("", 1, ("",)), ("2", 1, ("2",)), ("0,1,2", 2, ("0,1",)), ("0,1", 4, ())],
)
def test_cards_are_parted_among_workers(visible, size, groups):
    assert _groups(visible, size) == groups


def test_a_submission_inside_a_job_takes_nothing_of_it_along(monkeypatch):
    inside = {"SLURM_JOB_ID": "1", "SLURM_MEM_PER_NODE": "5", "CUDA_VISIBLE_DEVICES": "0"}
    kept = {"SLURM_CONF": "/etc/slurm.conf", "SBATCH_ACCOUNT": "mine"}
    for name, value in {**inside, **kept}.items():
        monkeypatch.setenv(name, value)
    outer = tools.outer_environment()
    assert not inside.keys() & outer.keys()
    assert kept.items() <= outer.items()


def test_how_jobs_ended_is_read_from_sacct_and_from_squeue():
    said = "12_0|COMPLETED\n12_1|CANCELLED by 1000\n12_[2-9%4]|PENDING\n13|FAILED\n"
    ended_by_place = {(12, 0): "COMPLETED", (12, 1): "CANCELLED", (13, None): "FAILED"}
    assert tools._of_sacct(said) == ended_by_place
    shown = "12|1|TIMEOUT|None|x\n15|N/A|COMPLETED|None|a|b\n"
    one, other = tools._of_squeue(shown)
    assert (one.job, one.index, one.state) == (12, 1, "TIMEOUT")
    assert (other.job, other.index, other.name) == (15, None, "a|b")


BANNER = "\n*** Welcome to the cluster | maintenance on 2026-12-01 ***\n1|2\n\n"


def test_banners_and_blank_lines_around_any_answer_are_not_read(programs, tmp_path):
    answers = {
        "squeue": "7|0|RUNNING|None|somebody",
        "sacct": "7_0|FAILED",
        "sbatch": "41;cluster",
        "scontrol": "JobId=7 EndTime=2026-12-01T12:00:00 Partition=x",
    }
    programs({name: f"cat <<'END'{BANNER}{said}{BANNER}END" for name, said in answers.items()})
    assert tools.queued() == [tools.JobState("somebody", 7, 0, "RUNNING", "None")]
    assert tools.ended_states([7]) == {(7, 0): "FAILED"}
    assert submit_job(single_job(tmp_path, "x", {}, ["true"])) == 41
    assert tools.end_time_s("7") == datetime.fromisoformat("2026-12-01T12:00:00").timestamp()


@pytest.mark.parametrize("said", ["", "cat <<'END'\n\x1b[31m\nEND", r"printf '\377\376'"])
def test_an_answer_without_a_job_is_no_job(programs, tmp_path, said):
    programs(dict.fromkeys(("squeue", "sacct", "sbatch", "scontrol"), said))
    assert tools.queued() == []
    assert tools.ended_states([7]) == {}
    assert tools.end_time_s("7") is None
    with pytest.raises(ComeBackLater, match="found by its name"):
        submit_job(single_job(tmp_path, "x", {}, ["true"]))


def test_programs_that_never_answer_are_asked_once_each_for_all_submissions(
    programs, tmp_path, monkeypatch
):
    monkeypatch.setattr(tools, "_QUESTION_TIMEOUT_S", 0.3)
    log = tmp_path / "log"
    hangs = f'echo "${{0##*/}} $*" >> {log}; case "$*" in *--user*) ;; *) exec /bin/sleep 60;; esac'
    programs(dict.fromkeys(("squeue", "sacct", "scontrol"), hangs))
    for number in range(1, 6):
        tasks = (ArrayTask(model="m", shard="0/1"),)
        write_submission(
            tmp_path,
            Submission(
                number=number, tasks=tasks, stop_before_s=180, gpus_per_worker=1, job=10 + number
            ),
        )
    [sentence] = job_sentences(tmp_path)
    assert "unknown: SLURM does not answer" in sentence
    asked = log.read_text().splitlines()
    assert [line.split()[0] for line in asked] == ["squeue", "sacct", "squeue"]
    assert all("--jobs=11,12,13,14,15" in line for line in asked[1:])


def test_jobs_of_a_run_are_found_by_name_even_if_their_number_was_never_written_down(tmp_path):
    run = tmp_path / "runs" / "first"
    tasks = (ArrayTask(model="a/b", shard="0/2"), ArrayTask(model="a/b", shard="1/2"))
    submission = Submission(number=1, tasks=tasks, stop_before_s=180, gpus_per_worker=1)
    write_submission(run, submission)
    assert read_submissions(run) == [submission]
    queue = [
        tools.JobState(job_name(run, 1), 7, 1, "RUNNING", "None"),
        tools.JobState(job_name(run, "finalize"), 8, None, "PENDING", "Dependency"),
        tools.JobState(job_name(run, "merge"), 6, None, "PENDING", "Dependency"),
        tools.JobState(job_name(tmp_path / "other" / "first", 1), 9, 0, "RUNNING", "None"),
    ]
    live = [(one.task, one.job.job) for one in live_jobs(run, queue)]
    assert live == [(tasks[1], 7), (None, 8), (None, 6)]


def test_submissions_of_an_earlier_version_are_read(tmp_path):
    before = {
        "number": 1,
        "tasks": [{"model": "x", "shard": "0/1"}],
        "stop_before_s": 180,
        "cards_per_worker": 2,
        "job": 7,
        "merge": None,
    }
    (tmp_path / "slurm").mkdir()
    (tmp_path / "slurm" / "0001.json").write_text(json.dumps(before))
    submission = read_submission(tmp_path, 1)
    assert (submission.version, submission.gpus_per_worker, submission.job) == (1, 2, 7)
    with pytest.raises(UserError, match="has no submission 2"):
        read_submission(tmp_path, 2)


def test_without_slurm_a_run_says_where_it_belongs(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    bench = tmp_path / "bench.yaml"
    bench.write_text("data: {root: 'builtin:demo'}\nmodels: [demo]\n")
    run = CliRunner().invoke(
        app, ["run", str(bench), "--on", "slurm", "--out", str(tmp_path / "r")]
    )
    assert isinstance(run.exception, UserError)
    assert "SLURM is not available here" in str(run.exception)
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--partition", "GPU"], "--partition applies to a cluster only: add --on slurm."),
        (["--gpus-per-worker", "2"], "--gpus-per-worker applies to a cluster only"),
        (["--cards-per-worker", "2"], "--gpus-per-worker applies to a cluster only"),
        (["--on", "slurm", "--gpus", "4"], "--gpus applies to this machine only"),
        (["--on", "slurm", "--budget", "5usd"], "--budget applies to this machine only"),
    ],
)
def test_options_of_another_place_are_refused(tmp_path, options, sentence):
    run = CliRunner().invoke(app, ["run", str(tmp_path / "bench.yaml"), *options])
    assert isinstance(run.exception, UserError)
    assert sentence in str(run.exception)


@given(left_s=st.floats(min_value=0, max_value=1e6), stop_before_s=st.integers(0, 100_000))
def test_a_job_always_keeps_a_third_of_its_time(left_s, stop_before_s):
    now_s = time.time()
    deadline_s = _deadline_s(now_s + left_s, stop_before_s)
    assert deadline_s >= now_s + left_s - stop_before_s - 1e-3
    assert deadline_s - now_s >= left_s / 3 - 1e-3
    assert _deadline_s(None, stop_before_s) is None


def test_a_job_that_answered_nothing_has_gained_nothing():
    told = []
    gains = _Gains(lambda done, total: told.append((done, total)))
    gains(7, 9)
    assert not gains.any
    gains(8, 9)
    assert gains.any
    assert told == [(7, 9), (8, 9)]


def test_status_of_a_run_that_was_copied_away_from_its_cluster(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert job_sentences(tmp_path) == []
    write_submission(
        tmp_path,
        Submission(
            number=1,
            tasks=(ArrayTask(model="x", shard="0/1"),),
            stop_before_s=180,
            gpus_per_worker=1,
        ),
    )
    assert job_sentences(tmp_path) == [
        "squeue failed, so the state of the jobs is unknown: squeue is not installed here."
    ]
