"""Plain sentences for SLURM's reasons to refuse, hold or end a job, with how to fix them.

The reasons are those of https://slurm.schedmd.com/job_reason_codes.html and the errors those of
SLURM's slurm_errno.h. Of several patterns that match the first holds: specific ones come first.
"""

import re

_REFUSED: tuple[tuple[str, str], ...] = (
    (
        r"invalid partition",
        "the partition does not exist here: `sinfo -s` lists those that do; choose one with "
        "--partition",
    ),
    (
        r"invalid account or account/partition",
        "the account is unknown, or may not use this partition: `sacctmgr show associations "
        "user=$USER` lists yours; choose one with --account",
    ),
    (
        r"account .*not (permitted|allowed)|partition .*not (permitted|allowed)",
        "your account or group may not use this partition: choose another --partition or --account",
    ),
    (
        r"invalid qos",
        "the QOS is unknown, or not open to this account and partition: `sacctmgr show "
        "associations user=$USER format=account,partition,qos` lists yours; choose one with --qos",
    ),
    (
        r"invalid generic resource|gres.*not (supported|valid)",
        "no GPU of that name is known here: `sinfo -o '%P %G'` lists the names of the GPUs of "
        "each partition; choose one with --gres, as in gpu:TitanRTX:1",
    ),
    (
        r"memory specification",
        "no node of this partition has that much memory: ask for less with --mem "
        "(`sinfo -o '%P %m'` lists what there is, in MB)",
    ),
    (
        r"node configuration is not available",
        "no node of this partition has what is requested (GPUs of --gres, --mem, "
        "--cpus-per-task, --constraint together): `sinfo -o '%P %G %c %m'` lists what nodes have",
    ),
    (
        r"requested time limit is invalid",
        "the time limit is longer than this partition or QOS allows: `sinfo -o '%P %l'` lists "
        "the longest; give a shorter --time: the job is requeued, or submitted again, until the "
        "run is complete",
    ),
    (
        r"(QOS|Assoc)Max\w*Per(Job|Node)",
        "the job asks for more than your QOS or account allows to one job or on one node: ask for "
        "less (--gres, --mem, --cpus-per-task, --time)",
    ),
    (
        r"QOSMin\w+",
        "the job asks for less than your QOS requires: ask for more, or choose another --qos",
    ),
    (
        r"(QOS|Assoc)Max\w*(Submit|Jobs)",
        "your QOS or account allows no more jobs at a time: use fewer --jobs, or wait until jobs "
        "of yours are done",
    ),
    (
        r"accounting/qos policy|submit limit|job limit|violates accounting",
        "a limit of your account or QOS forbids it (jobs, GPUs, or the size or length of "
        "a job): ask for less, use fewer --jobs, or wait until jobs of yours are done",
    ),
    (
        r"invalid job array|array.*(too large|exceeds)",
        "the array is longer than this cluster allows: use fewer --jobs",
    ),
    (
        r"unable to contact slurm controller|socket timed out|connection refused",
        "SLURM's controller does not answer: try again in a few minutes",
    ),
    (
        r"unrecognized option|ambiguous|invalid option",
        "sbatch does not know one of the options: `man sbatch` lists them; what --sbatch gives "
        "is passed on unchecked",
    ),
)

_WAITING: tuple[tuple[str, str], ...] = (
    (r"None|WaitingForScheduling", "SLURM has not scheduled it yet"),
    (r"Resources", "every suitable GPU is in use; it starts when one is free"),
    (r"Priority", "jobs of higher priority are before it in the queue"),
    (r"BeginTime|Cleaning", "it was requeued, or has a later start time; it starts by itself"),
    (r"Dependency", "it waits for the jobs before it to end"),
    (
        r"DependencyNeverSatisfied",
        "a job that it waits for ended in a way that can no longer satisfy it: cancel it with "
        "scancel and run the same command again",
    ),
    (
        r"(QOS|Assoc)Max.*Per(Job|Node)(Limit)?",
        "the job asks for more than your QOS or account allows to one job or on one node, so it "
        "never starts: cancel it and ask for less (--gres, --mem, --cpus-per-task, --time)",
    ),
    (
        r"QOSMin.*",
        "the job asks for less than your QOS requires, so it never starts: cancel it and ask for "
        "more, or choose another --qos",
    ),
    (
        r"(QOS|Assoc)?Max(GRES|TRES)Per.*",
        "your QOS allows one user no more GPUs at a time: it starts when a job of yours "
        "ends; to wait less, name a GPU type with a limit of its own (--gres gpu:NAME:1), request "
        "one GPU a job, or choose another --qos",
    ),
    (
        r"(QOS|Assoc)Max.*|(QOS|Association)(Job|Resource)Limit",
        "your QOS or account allows no more jobs, cores or memory at a time: it starts when a "
        "job of yours ends",
    ),
    (
        r"(QOS|Assoc)Grp.*",
        "all users of your QOS or account together have reached its limit: it starts when jobs "
        "of theirs end; if the limit is of minutes, give another --qos or --account",
    ),
    (
        r"PartitionTimeLimit|QOSTimeLimit|AssociationTimeLimit",
        "its time limit is longer than the partition or QOS allows, so it never starts: cancel "
        "it and give a shorter --time (`sinfo -o '%P %l'` lists the longest)",
    ),
    (
        r"PartitionNodeLimit|PartitionConfig|BadConstraints",
        "no node of the partition can ever hold it: cancel it and ask for less, or for another "
        "--partition or --constraint",
    ),
    (
        r"PartitionDown|PartitionInactive",
        "the partition is closed at the moment: wait, or cancel it and give another --partition",
    ),
    (
        r"ReqNodeNotAvail.*|NodeDown|Reserved.*|Reservation",
        "the nodes that it needs are down, or reserved (often for maintenance): a shorter "
        "--time may fit before the reservation, else it waits",
    ),
    (
        r"InvalidAccount|AccountNotAllowed",
        "the account may not use this partition: cancel it and give another --account",
    ),
    (r"InvalidQOS|QOSNotAllowed", "the QOS may not be used here: cancel it and give another --qos"),
    (r"Licenses", "all licences that it asks for are in use"),
    (
        r"JobHeldUser",
        "it is held: `scontrol release` and its number let it go",
    ),
    (
        r"JobHeldAdmin|launch_failed_requeued_held|JobHoldMaxRequeue",
        "it is held by the cluster, often since it failed to start several times: look into its "
        "log, then `scontrol release` it or ask the administrators",
    ),
    (
        r"JobArrayTaskLimit",
        "the array runs no more tasks at a time, as --jobs-at-once says",
    ),
)

_ENDED = {
    "COMPLETED": "it could not ask what is left",
    "TIMEOUT": "its time limit came before it had stopped: give a longer --stop-before or --time",
    "OUT_OF_MEMORY": "it took more memory than the job may: give a larger --mem",
    "NODE_FAIL": "its node failed",
    "BOOT_FAIL": "its node failed",
    "PREEMPTED": "a job of higher priority took its place",
    "CANCELLED": "it was cancelled",
    "DEADLINE": "it could not start before its deadline",
    "FAILED": "it stopped, was killed, or could not ask its model",
}


def ended(state: str) -> str:
    """The sentence for the state in which a job ended before its part was done.

    Args:
        state: SLURM's state, such as "TIMEOUT".
    """
    return _ENDED.get(state, f"SLURM's state is '{state}'")


def refused(message: str) -> str:
    """The sentence for what sbatch says when it refuses a job.

    Args:
        message: standard error of sbatch.

    Returns:
        What it means and how to fix it; SLURM's own message where it is not known.

    Example:
        >>> refused("sbatch: error: Batch job submission failed: Invalid qos specification")[:18]
        'the QOS is unknown'
    """
    for pattern, sentence in _REFUSED:
        if re.search(pattern, message, re.IGNORECASE):
            return sentence
    lines = [line.removeprefix("sbatch: error: ") for line in message.strip().splitlines()]
    return f"sbatch reported '{' '.join(lines) or 'nothing'}'"


def waiting(reason: str) -> str:
    """The sentence for the reason that squeue shows of a job that waits.

    Args:
        reason: as squeue prints it, such as "QOSMaxGRESPerUser" or "(Resources)".

    Returns:
        What it means and how to fix it; SLURM's own reason where it is not known.
    """
    code = reason.strip().strip("()")
    for pattern, sentence in _WAITING:
        if re.fullmatch(pattern, code):
            return sentence
    return f"SLURM's reason is '{code}'"
