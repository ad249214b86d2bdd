"""Features are computed once, and never those of another picture."""

import numpy as np
import pytest
from safetensors.numpy import save_file

from touchline.models.engines.hybrid.feature_cache import FeatureCache, frame_keys

JPEGS = [b"one", b"two", b"three"]


class Counting:
    """Computes features of two numbers and counts for how many frames."""

    def __init__(self):
        self.asked = []

    def __call__(self, places):
        self.asked += places
        return np.array([[place, 0.5] for place in places], dtype=np.float32)


def test_what_was_computed_is_found_again_also_by_another_process(tmp_path):
    compute = Counting()
    cache = FeatureCache("w", 2, tmp_path)
    first = cache.features(("g", 1), frame_keys(JPEGS), compute)
    again = cache.features(("g", 1), frame_keys(JPEGS), compute)
    cache.save()
    later = FeatureCache("w", 2, tmp_path).features(("g", 1), frame_keys(JPEGS), compute)
    assert compute.asked == [0, 1, 2]
    assert first.tolist() == again.tolist() == later.tolist() == [[0, 0.5], [1, 0.5], [2, 0.5]]


def test_another_half_is_kept_apart_and_saved_on_the_way(tmp_path):
    compute = Counting()
    cache = FeatureCache("w", 2, tmp_path)
    cache.features(("g", 1), frame_keys(JPEGS), compute)
    cache.features(("g", 2), frame_keys(JPEGS[:1]), compute)
    cache.features(("g", 1), frame_keys(JPEGS), compute)
    assert compute.asked == [0, 1, 2, 0]


def test_a_frame_after_another_one_has_other_features(tmp_path):
    assert frame_keys([b"a", b"b"])[1] != frame_keys([b"c", b"b"])[1]
    assert frame_keys([b"a", b"b"])[0] != frame_keys([b"b", b"a"])[1]
    assert frame_keys([]) == []


@pytest.mark.parametrize("damage", ["cut", "noise", "other sizes", "not finite", "wrong type"])
def test_a_file_that_cannot_be_used_is_computed_again_and_said(tmp_path, damage, caplog):
    compute = Counting()
    cache = FeatureCache("w", 2, tmp_path)
    cache.features(("g", 1), frame_keys(JPEGS), compute)
    cache.save()
    (file,) = tmp_path.iterdir()
    keys = np.zeros((3, 16), np.uint8)
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-5])
    elif damage == "noise":
        file.write_bytes(b"\xff" * 100)
    elif damage == "other sizes":
        save_file({"keys": keys, "features": np.zeros((3, 7), np.float32)}, file)
    elif damage == "not finite":
        save_file({"keys": keys, "features": np.full((3, 2), np.nan, np.float32)}, file)
    else:
        save_file({"keys": keys, "features": np.zeros((3, 2), np.int64)}, file)
    again = FeatureCache("w", 2, tmp_path).features(("g", 1), frame_keys(JPEGS), compute)
    assert compute.asked == [0, 1, 2, 0, 1, 2]
    assert np.isfinite(again).all()
    assert "computed again" in caplog.text


def test_an_error_while_computing_keeps_nothing(tmp_path):
    cache = FeatureCache("w", 2, tmp_path)

    def fail(_):
        raise OSError("no picture")

    with pytest.raises(OSError, match="no picture"):
        cache.features(("g", 1), frame_keys(JPEGS), fail)
    cache.save()
    assert list(tmp_path.iterdir()) == []
