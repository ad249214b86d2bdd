"""A real SLURM of one node in a folder of its own: munged, slurmctld and slurmd on loopback.

Run as a program it stays until its standard input closes, so it ends with whoever started it,
however that one ends. Every process that comes from it, jobs included, is its descendant and ends
with it. The node has four cards that are links to /dev/null.
"""

import ctypes
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

CARDS = 4
ENDED = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "PREEMPTED"}
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")
_SEARCHED = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
_PR_SET_CHILD_SUBREAPER = 36

_SLURM_CONF = """
ClusterName=touchline
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={daemon}
SlurmctldParameters=enable_configless
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=10
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
GresTypes=gpu
SlurmdParameters=config_overrides
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=100000
ReturnToService=2
KillWait=2
MinJobAge=300
EnforcePartLimits=NO
JobSubmitPlugins=lua
NodeName={host} NodeAddr=127.0.0.1 CPUs=16 RealMemory=1000000 Gres=gpu:titanrtx:{cards}
PartitionName=GPU Nodes={host} Default=YES MaxTime=INFINITE PriorityTier=1
PartitionName=urgent Nodes={host} MaxTime=INFINITE PriorityTier=10
PartitionName=short Nodes={host} MaxTime=1 PriorityTier=1
"""


_INVALID_QOS = 2066
_INVALID_ACCOUNT = 2045
"""Of SLURM's slurm_errno.h."""
_SUBMIT_LUA = f"""
function slurm_job_submit(job, partitions, user)
   if job.qos == "nobodys" then return {_INVALID_QOS} end
   if job.account == "nobodys" then return {_INVALID_ACCOUNT} end
   return slurm.SUCCESS
end
function slurm_job_modify(job, record, partitions, user) return slurm.SUCCESS end
"""
"""Without a database SLURM knows no QOS: the site's own plugin refuses one, as many sites do."""


def missing_programs():
    """Which of SLURM's and munge's programs are not installed here."""
    return [name for name in PROGRAMS if shutil.which(name, path=_SEARCHED) is None]


def write_configuration(folder):
    """Writes everything that the daemons read; what is not 0700 is not trusted by munge."""
    for name in ("state", "spool"):
        (folder / name).mkdir()
    (folder / "munge.key").write_bytes(os.urandom(128))
    (folder / "munge.key").chmod(0o600)
    devices = [folder / f"card{number}" for number in range(CARDS)]
    for device in devices:
        device.symlink_to("/dev/null")
    text = _SLURM_CONF.format(
        host=socket.gethostname().split(".")[0],
        controller=_free_port(),
        daemon=_free_port(),
        user=pwd.getpwuid(os.getuid()).pw_name,
        folder=folder,
        cards=CARDS,
    )
    (folder / "slurm.conf").write_text(text)
    gres = "".join(f"Name=gpu Type=titanrtx File={device}\n" for device in devices)
    (folder / "gres.conf").write_text(gres)
    (folder / "job_submit.lua").write_text(_SUBMIT_LUA)
    (folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _start(folder, name, *options):
    program = shutil.which(name, path=_SEARCHED)
    environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
    with (folder / f"{name}.log").open("w") as log:
        return subprocess.Popen(
            [program, *options], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )


def _serve(folder):
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    files = {
        "--key-file": "munge.key",
        "--socket": "munge.socket",
        "--pid-file": "munged.pid",
        "--log-file": "munged.own.log",
        "--seed-file": "munged.seed",
    }
    named = [f"{option}={folder / name}" for option, name in files.items()]
    try:
        munged = _start(folder, "munged", "--foreground", "--force", *named)
        _wait_for(folder / "munge.socket", munged)
        _start(folder, "slurmctld", "-D", "-c")
        _start(folder, "slurmd", "-D")
        sys.stdin.read()
    finally:
        _end_descendants()


def _wait_for(path, process):
    while not path.exists() and process.poll() is None:
        time.sleep(0.02)


def _end_descendants():
    """Orphans of the daemons came to this process, so no job is left when nothing is below it."""
    own = psutil.Process()
    while children := own.children(recursive=True):
        for child in children:
            try:
                child.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(children, timeout=5)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
