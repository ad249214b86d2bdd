"""Ending Python code of a checkpoint that does not end by itself, such as a loop in a template."""

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class DoesNotEndError(Exception):
    """A call took longer than its limit."""


class _Interrupted(BaseException):
    """Raised inside the call, where nothing that catches ordinary errors may keep it."""


def within(seconds: float, call: Callable[[], T]) -> T:
    """Runs a call in a thread of its own and interrupts it where it takes too long.

    A loop in Python is interrupted between two of its steps; a single long step is left behind in
    its thread, which ends with the process.

    Args:
        seconds: the limit.
        call: what is run.

    Raises:
        DoesNotEndError: the limit is over.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive() and thread.ident is not None:
        raised = ctypes.py_object(_Interrupted)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), raised)
        thread.join(1)
        raise DoesNotEndError(f"it did not end in {seconds:g} s")
    if errors:
        raise errors[0]
    return results[0]
