"""Touchline as a user has it: a wheel in an environment of its own."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NO_NETWORK = """
import socket

def refuse(self, address):
    raise OSError(f"this environment has no network, and {address} was wanted")

socket.socket.connect = socket.socket.connect_ex = refuse
"""


def install_wheel(folder: Path, *, offline: bool = False) -> Path:
    """Builds this tree's wheel, installs it into a fresh environment, and gives its program.

    Everything else is found where this Python finds it; nothing is downloaded.

    Args:
        folder: of the environment.
        offline: whether connections are refused there.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin/python"
    (site_packages,) = folder.glob("lib/python3*/site-packages")
    # As a line of a .pth, a folder's own .pth files (such as that of an editable install) are not
    # read, so the installed wheel is the only touchline there.
    (site_packages / "beside.pth").write_text(sysconfig.get_path("purelib") + "\n")
    if offline:
        (site_packages / "sitecustomize.py").write_text(_NO_NETWORK)
    flags = [
        "--quiet",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--no-compile",
    ]
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install"]
    subprocess.run([*pip, *flags, "--ignore-installed", str(ROOT)], check=True)
    return folder / "bin/touchline"
