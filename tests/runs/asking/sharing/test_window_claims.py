import errno

from hypothesis import given, strategies as st

from touchline.errors import ComeBackLater
from touchline.runs.asking.sharing.window_claims import WindowClaims


def nobody(process):
    return False


def claims_of(folder, total, owner="a" * 32, is_gone=nobody, whole=False):
    return WindowClaims(folder, total, owner, is_gone, whole)


@given(st.integers(1, 3000), st.lists(st.integers(0, 2), min_size=1, max_size=40))
def test_every_question_is_given_to_one_process(tmp_path_factory, total, turns):
    folder = tmp_path_factory.mktemp("claims")
    askers = [claims_of(folder, total, name * 32) for name in "abc"]
    feeds = [asker.taken(range(total)) for asker in askers]
    given_out = [next(feeds[turn], None) for turn in turns]
    for feed in feeds:
        given_out += feed
    assert sorted(one for one in given_out if one is not None) == list(range(total))
    assert sum(asker.given for asker in askers) == total


def test_what_is_finished_is_not_given_again(tmp_path):
    first, second = claims_of(tmp_path, 10), claims_of(tmp_path, 10, "b" * 32)
    assert list(first.taken(range(10))) == list(range(10))
    assert list(second.taken(range(10))) == []
    assert second.waiting() == 10
    first.finish()
    assert list(first.taken(range(10))) == []
    assert second.waiting() == 0
    assert not second.has_taken_over


def test_blocks_of_a_process_that_is_gone_are_taken_over_by_one(tmp_path):
    gone = {"a" * 32}
    lost = claims_of(tmp_path, 3)
    assert list(lost.taken(range(3))) == [0, 1, 2]
    second = claims_of(tmp_path, 3, "b" * 32, gone.__contains__)
    third = claims_of(tmp_path, 3, "c" * 32, gone.__contains__)
    assert list(second.taken(range(3))) == list(third.taken(range(3))) == []
    assert second.waiting() == 0
    assert third.waiting() == 3
    assert list(second.taken(range(3))) == [0, 1, 2]
    gone.add("b" * 32)
    assert third.waiting() == 0
    assert list(third.taken(range(3))) == [0, 1, 2]


def test_a_claim_without_an_owner_is_free_after_a_while(tmp_path, monkeypatch):
    claims = claims_of(tmp_path, 1)
    (tmp_path / "0.0").touch()
    assert not claims.take(0)
    assert claims.waiting() == 1
    monkeypatch.setattr("touchline.runs.asking.sharing.window_claims._WRITTEN_S", -1)
    assert claims.waiting() == 0
    assert claims.take(0)


def test_a_model_that_one_process_has_to_ask_is_one_block(tmp_path):
    first = claims_of(tmp_path, 1000, whole=True)
    second = claims_of(tmp_path, 1000, "b" * 32, whole=True)
    assert next(first.taken(range(1000))) == 0
    assert list(second.taken(range(1000))) == []


def test_a_full_disk_ends_the_claims_with_its_sentence(tmp_path, monkeypatch):
    claims = claims_of(tmp_path, 10)
    given = claims.taken(range(10))
    assert next(given) == 0

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("touchline.runs.asking.sharing.asking_process.os.open", full)
    assert list(given) == []
    assert isinstance(claims.error, ComeBackLater)
    assert "free some space and run again" in str(claims.error)
