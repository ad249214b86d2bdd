"""Videos whose pixels are not square, and videos that lie, are shown in their true shape."""

import io
import json
import shutil
import subprocess
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from tests.support.videos import disc_shape, write_disc, write_video
from touchline.errors import UserError
from touchline.games import Half
from touchline.video import (
    FrameSpec,
    NormalizeSettings,
    frame_facts,
    normalize_video,
    normalized_path,
    open_frame_store,
    picture_size,
    probe_video,
    verify_video,
)
from touchline.video.display import SQUARE
from touchline.video.frame_store.store import FrameStore
from touchline.video.frame_store.store_spec import StoreSpec

PAL_WIDE = Fraction(64, 45)
NTSC = Fraction(8, 9)
"""704 or 720 lines of NTSC in 4:3: what is shown is narrower than what is stored."""

needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None,
    reason="no ffmpeg and ffprobe on this machine to compare with",
)


def shown(video, **spec):
    """The first frame that a model is shown of a video."""
    with_time = int(probe_video(video).frame_times_ms[0])
    (jpeg,) = open_frame_store(Half("g", 1, video), FrameSpec(**spec)).jpegs([with_time])
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))


def display_aspect(video):
    """Width over height of a video's pictures, as ffprobe says; None where it does not say."""
    wanted = "stream=width,height,sample_aspect_ratio,display_aspect_ratio"
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-of", "json"]
    said = subprocess.run(
        [*command, "-show_entries", wanted, str(video)], capture_output=True, check=True
    )
    (stream,) = json.loads(said.stdout)["streams"]
    aspect = stream.get("display_aspect_ratio")
    if aspect is None:
        return Fraction(stream["width"], stream["height"])
    return Fraction(*map(int, aspect.split(":")))


def with_container_aspect(video, aspect):
    """Writes another pixel aspect into the atom "pasp" of an MP4 file; the codec keeps its own."""
    content = video.read_bytes()
    place = content.index(b"pasp") + 4
    spacing = aspect.numerator.to_bytes(4, "big") + aspect.denominator.to_bytes(4, "big")
    video.write_bytes(content[:place] + spacing + content[place + 8 :])
    return video


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "mov", "avi"])
@pytest.mark.parametrize("aspect", [PAL_WIDE, NTSC])
def test_a_frame_has_the_shape_that_the_stream_says(suffix, aspect, tmp_path):
    video = write_disc(tmp_path / f"a.{suffix}", aspect)
    picture = shown(video)
    assert picture.shape[:2] == (144, round(180 * aspect))
    assert picture_size(video) == picture.shape[1::-1]
    assert disc_shape(picture) == pytest.approx(1, abs=0.03)


def test_pal_in_16_to_9_is_1024_by_576(tmp_path):
    video = write_disc(tmp_path / "a.mp4", PAL_WIDE, size=(720, 576), frames=2)
    assert picture_size(video) == (1024, 576)
    assert shown(video, height=288).shape == (288, 512, 3)
    assert shown(video, max_pixels=10_000).shape == (75, 133, 3)


def test_the_container_is_right_where_it_and_the_codec_disagree(tmp_path):
    video = with_container_aspect(write_disc(tmp_path / "a.mp4", PAL_WIDE), Fraction(4, 3))
    assert probe_video(video).pixel_aspect == Fraction(4, 3)
    assert shown(video).shape == (144, 240, 3)


@needs_ffmpeg
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "mov", "avi", "webm"])
def test_the_shape_is_the_one_that_ffprobe_says(suffix, tmp_path):
    """Also where only the container says it, as the display size of Matroska."""
    codec = "libvpx-vp9" if suffix == "webm" else "libx264"
    written = write_disc(tmp_path / f"a.{suffix}", PAL_WIDE, codec=codec, frames=5)
    copied = tmp_path / f"copied.{suffix}"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", written, "-c", "copy", "-aspect", "21:9", copied],
        check=True,
    )
    for video in (written, copied):
        width, height = picture_size(video)
        assert width / height == pytest.approx(float(display_aspect(video)), abs=1 / height)
        assert shown(video).shape[:2] == (height, width)


@pytest.mark.parametrize("rotation", [90, -90, 180])
def test_a_picture_that_lies_is_stretched_before_it_is_turned(rotation, tmp_path):
    video = write_disc(tmp_path / "a.mp4", PAL_WIDE, rotation=rotation)
    width, height = (256, 144) if rotation == 180 else (144, 256)
    assert picture_size(video) == (width, height)
    picture = shown(video)
    assert picture.shape == (height, width, 3)
    assert disc_shape(picture) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
@pytest.mark.parametrize("turn", [(-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0)])
def test_a_picture_that_is_to_be_mirrored_is_refused_with_a_sentence(turn, suffix, tmp_path):
    """A quarter turn that is nearest to it would show it upside down."""
    a, b, c, d = (sign << 16 for sign in turn)
    matrix = [a, b, 0, c, d, 0, 0, 0, 1 << 30]
    video = write_disc(tmp_path / f"a.{suffix}", SQUARE, matrix=matrix, frames=5)
    for read in (picture_size, shown):
        with pytest.raises(UserError, match="are to be mirrored"):
            read(video)
    assert "are to be mirrored" in verify_video(video, lambda *_: None).problem


def test_only_frames_of_pixels_that_are_not_square_are_made_in_another_way(tmp_path):
    spec = FrameSpec(height=96)
    assert frame_facts(spec, SQUARE) == frame_facts(spec)
    assert "pixel_aspect" not in frame_facts(spec)
    assert frame_facts(spec, PAL_WIDE) == frame_facts(spec) | {"pixel_aspect": "64:45"}


def test_frames_in_the_wrong_shape_that_were_stored_earlier_are_not_used(tmp_path):
    """As they were stored before frames were stretched: without a word about pixels."""
    video, cache = write_disc(tmp_path / "a.mp4", PAL_WIDE), tmp_path / "frames"
    facts = probe_video(video)
    spec = FrameSpec()
    old = FrameStore(StoreSpec(video, facts.fingerprint, spec, facts.frame_times_ms, cache, SQUARE))
    assert len(old) == 25
    new = open_frame_store(Half("g", 1, video), spec, cache)
    assert new.path != old.path
    (jpeg,) = new.jpegs([0])
    assert Image.open(io.BytesIO(jpeg)).size == (256, 144)


@pytest.mark.parametrize("suffix", ["mp4", "ts"])
def test_a_normalised_copy_has_square_pixels_and_the_true_shape(suffix, tmp_path):
    video = write_disc(tmp_path / f"1_144p.{suffix}", PAL_WIDE)
    settings = NormalizeSettings(fps=25, height=96)
    copy = normalized_path(video, tmp_path, tmp_path / "out", settings)
    assert copy.name == "1_96p.mkv"
    normalize_video(video, copy, settings, lambda *_: None)
    facts = probe_video(copy)
    assert (facts.width, facts.height, facts.pixel_aspect) == (170, 96, SQUARE)
    assert disc_shape(shown(copy)) == pytest.approx(1, abs=0.05)
    assert not normalize_video(video, copy, settings, lambda *_: None)


def test_a_copy_that_was_made_in_the_wrong_shape_is_not_taken_for_finished(tmp_path):
    video = write_disc(tmp_path / "a.mp4", PAL_WIDE)
    settings = NormalizeSettings(fps=25, height=96)
    old = write_video(tmp_path / "old.mkv", [0, 40])
    marked = tmp_path / "copy.mkv"
    with av.open(str(old)) as source, av.open(str(marked), "w") as target:
        comment = settings.comment(probe_video(video).fingerprint)
        target.metadata["comment"] = comment
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    with pytest.raises(UserError, match="was not made from"):
        normalize_video(video, marked, settings, lambda *_: None)


def test_verify_tells_what_is_shown_and_what_is_stored(tmp_path):
    found = verify_video(write_disc(tmp_path / "a.mp4", PAL_WIDE), lambda *_: None)
    assert (found.width, found.height, found.stored) == (256, 144, (180, 144))
    plain = verify_video(write_video(tmp_path / "b.mp4", [0, 40]), lambda *_: None)
    assert (plain.width, plain.height, plain.stored) == (64, 48, None)


@pytest.mark.parametrize("aspect", [Fraction(1, 4000), Fraction(100_000)])
def test_a_shape_that_no_video_has_is_refused_with_a_sentence(aspect, tmp_path):
    video = with_container_aspect(write_disc(tmp_path / "a.mp4", PAL_WIDE, frames=2), aspect)
    for read in (probe_video, picture_size):
        with pytest.raises(UserError, match="says that its pixels are"):
            read(video)
