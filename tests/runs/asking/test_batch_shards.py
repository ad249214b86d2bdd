"""The files about batches: written at once, and read as earlier versions wrote them."""

import pytest

from touchline.runs.asking.batch_shards import BatchShard, BatchShards

OLD = '{"name": "a1", "keys": ["k1", "k2"], "batch": "batch_7", "state": "open"}'


def test_the_file_of_an_earlier_version_is_read(tmp_path):
    (tmp_path / "a1.json").write_text(OLD)
    (shard,) = BatchShards(tmp_path).open()
    assert shard == BatchShard(name="a1", keys=("k1", "k2"), batch="batch_7")


@pytest.mark.parametrize("state", ["answered", "refused"])
def test_a_closed_shard_is_not_open_and_only_a_refused_one_does_not_count(tmp_path, state):
    shards = BatchShards(tmp_path)
    shard = BatchShard(name="a1", keys=("k1",))
    shard.write(tmp_path)
    shards.requests_file(shard).write_text("{}\n")
    submitted = shards.submitted(shard, "batch_7")
    assert not shards.requests_file(shard).exists()
    assert shards.open() == [submitted] == [BatchShard.read(tmp_path / "a1.json")]
    shards.close(submitted, state)
    assert shards.open() == []
    assert shards.times_asked()["k1"] == (state == "answered")
