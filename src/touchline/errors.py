"""The two errors that the user sees as one sentence, their exit codes, and reasons in words."""

EXIT_DONE = 0
EXIT_OURS = 1
EXIT_USER = 2
EXIT_LATER = 75


class UserError(Exception):
    """Something the user can fix; the message says what is wrong, where, and how to fix it."""

    exit_code = EXIT_USER


class ComeBackLater(Exception):  # noqa: N818  (it is not an error: nothing is wrong)
    """The work is interrupted and can be resumed later; the message says when or after what."""

    exit_code = EXIT_LATER


def reason_of(error: BaseException) -> str:
    """Why something failed, as part of a sentence: the system's words without its codes.

    >>> reason_of(FileNotFoundError(2, "No such file or directory", "x"))
    'no such file or directory'
    """
    if isinstance(error, UnicodeDecodeError):
        return f"it is not {error.encoding.upper()} text, at byte {error.start}"
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return words[:1].lower() + words[1:]
