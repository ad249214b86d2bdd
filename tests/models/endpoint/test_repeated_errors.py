"""The rule for errors that the table does not know."""

import pytest

from tests.models.endpoint.test_dispatcher import engine, request
from tests.support.endpoint import Endpoint, completion
from touchline.errors import ComeBackLater, UserError
from touchline.models import Failure, Reply
from touchline.models.endpoint.repeated_errors import SAME_ERRORS


def asked(answer, count=300, **card):
    answers, ended = [], None
    with Endpoint(answer) as endpoint:
        model = engine(endpoint.base_url, in_flight=1, **card)
        try:
            for one in model.replies(request(n) for n in range(count)):
                answers.append(one)  # noqa: PERF402  (kept although the loop raises)
        except (UserError, ComeBackLater) as error:
            ended = error
        finally:
            model.close()
    return answers, ended, len(endpoint.bodies)


def test_the_same_unknown_error_on_the_first_windows_ends_the_model():
    def refuse(body):
        refuse.count += 1
        said = f'The flux of request "req_{refuse.count:08x}" is inverted ({refuse.count})'
        return 400, {"error": {"message": said}}, {}

    refuse.count = 0
    answers, ended, requests = asked(refuse)
    assert type(ended) is UserError
    assert "5 of them failed alike (HTTP 400: The flux" in str(ended)
    assert requests == SAME_ERRORS
    assert [type(one) for one in answers] == [Failure] * SAME_ERRORS


def test_an_unknown_server_error_ends_the_model_for_now():
    answers, ended, requests = asked(
        lambda _: (501, {"error": {"message": "the flux is inverted"}}, {}), retries=1
    )
    assert type(ended) is ComeBackLater
    assert len(answers) >= SAME_ERRORS
    assert requests <= 2 * (SAME_ERRORS + 3), "others are on their way while one waits"


def test_one_answer_is_enough_to_go_on():
    def mostly_refuse(body):
        mostly_refuse.count += 1
        if mostly_refuse.count == 3:
            return 200, completion("None."), {}
        return 400, {"error": {"message": "the flux is inverted"}}, {}

    mostly_refuse.count = 0
    answers, ended, _ = asked(mostly_refuse, count=20)
    assert ended is None
    assert [type(one) for one in answers].count(Reply) == 1
    assert len(answers) == 20


def test_different_errors_are_not_one():
    def refuse(body):
        refuse.count += 1
        return 400, {"error": {"message": f"{'abcdefghijklmnopqrst'[refuse.count]} is wrong"}}, {}

    refuse.count = -1
    answers, ended, _ = asked(refuse, count=20)
    assert ended is None
    assert len(answers) == 20


def test_windows_that_are_too_large_however_small_they_become_end_the_model():
    answers, ended, requests = asked(lambda _: (400, {"error": "the prompt is too long"}, {}))
    assert type(ended) is UserError
    assert len(answers) == SAME_ERRORS
    assert requests <= SAME_ERRORS + 3


@pytest.mark.parametrize("said", ["Your input was flagged by moderation", "blocked for safety"])
def test_windows_that_are_each_refused_for_their_content_end_no_model(said):
    answers, ended, _ = asked(lambda _: (403, {"error": {"message": said}}, {}), count=20)
    assert ended is None
    assert len(answers) == 20
