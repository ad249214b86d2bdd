"""Locks of downloads, and the keys that depend on them."""

import pytest

from touchline.models import find_card
from touchline.models.hub.checkpoint_locks import (
    CheckpointLock,
    lock_file,
    locked_revision,
    write_lock,
)
from touchline.models.hub.snapshots import served_by_checkpoint

CARD = {"name": "tiny", "engine": "transformers", "checkpoint": "someone/tiny"}
FIRST, SECOND = "a" * 40, "b" * 40


@pytest.fixture(autouse=True)
def own_hub_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))


def lock(commit, revision=None):
    return CheckpointLock(repository="someone/tiny", revision=revision, commit=commit, files={})


def test_two_downloads_of_a_branch_that_moved_are_two_models():
    identities = [find_card(CARD).identity()]
    for commit in (FIRST, SECOND):
        write_lock(lock(commit))
        identities.append(find_card(CARD).identity())
    unlocked, first, second = (one["weights"] for one in identities)
    assert unlocked == {"hub": "someone/tiny", "revision": None}
    assert first == unlocked | {"commit": FIRST}
    assert second == unlocked | {"commit": SECOND}


def test_a_pinned_commit_keeps_its_identity_when_it_is_pulled():
    card = find_card({**CARD, "revision": FIRST})
    before = card.identity()
    write_lock(lock(FIRST, FIRST))
    assert card.identity() == before


def test_a_revision_is_the_commit_that_was_pulled():
    assert locked_revision("someone/tiny", "v1") == "v1"
    write_lock(lock(FIRST, "v1"))
    assert locked_revision("someone/tiny", "v1") == FIRST
    assert locked_revision("someone/tiny", None) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"repository": "other/tiny"}'])
def test_a_damaged_lock_is_none(content):
    write_lock(lock(FIRST))
    lock_file("someone/tiny", None).write_text(content)
    assert locked_revision("someone/tiny", None) is None


def test_replies_name_the_commit_and_the_index_of_their_weights(tmp_path):
    folder = tmp_path / "models--someone--tiny" / "snapshots" / FIRST
    folder.mkdir(parents=True)
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {}}')
    served = served_by_checkpoint(find_card(CARD), folder)
    assert served.identity == f"someone/tiny@{FIRST}"
    assert len(served.fingerprint) == 32
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "b"}}')
    assert served_by_checkpoint(find_card(CARD), folder).fingerprint != served.fingerprint
