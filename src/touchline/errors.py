"""The two errors that reach a person as one sentence, and the exit codes that go with them."""

EXIT_DONE = 0
EXIT_OURS = 1
EXIT_USER = 2
EXIT_LATER = 75


class UserError(Exception):
    """Something the user can mend; the message says what is wrong, where, and how to mend it."""

    exit_code = EXIT_USER


class ComeBackLater(Exception):  # noqa: N818  (it is not an error: nothing is wrong)
    """The work stands where it is and can go on later; the message says when or after what."""

    exit_code = EXIT_LATER
