"""The Colab notebook, executed; its drive is a folder here, and a disconnect ends its machine."""

import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from touchline.models import Reply
from touchline.replies import read_records

NOTEBOOK = Path(__file__).parents[2] / "examples/touchline_colab.ipynb"
WINDOWS = 153


def _client():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    return NotebookClient(notebook, timeout=240, kernel_name="python3")


def _answered(run):
    return list(read_records(run / "replies/demo"))


def _disconnect_when(run, answered, lost):
    """Ends the kernel and everything that it started, as a machine that is taken away does."""
    deadline = time.monotonic() + 120
    while len(_answered(run)) < answered and time.monotonic() < deadline:
        time.sleep(0.2)
    for kernel in psutil.Process().children():
        if any("ipykernel" in word for word in kernel.cmdline()):
            for process in [*kernel.children(recursive=True), kernel]:
                process.kill()
    lost.set()


@pytest.mark.slow
def test_a_disconnected_notebook_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setenv("TOUCHLINE_DRIVE", str(tmp_path / "drive"))
    run = tmp_path / "drive/runs/bench"
    lost = threading.Event()
    threading.Thread(target=_disconnect_when, args=(run, 40, lost), daemon=True).start()
    with pytest.raises(DeadKernelError):
        _client().execute()
    assert lost.wait(timeout=10)
    before = len(_answered(run))
    assert 40 <= before < WINDOWS
    assert not (run / "scores.json").exists()

    client = _client()
    client.execute()
    records = _answered(run)
    assert len(records) == WINDOWS == len({record.answer.key for record in records})
    assert all(isinstance(record.answer, Reply) for record in records)
    shown = "".join(output.text for output in client.nb.cells[-1].outputs)
    assert "demo" in shown
    assert "coverage 100.00%" in shown
    assert str(run / "report/index.html") in shown
    assert (run / "report/index.html").is_file()
