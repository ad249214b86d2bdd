"""The two errors that the user sees as one sentence, and the exit codes that go with them."""

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
