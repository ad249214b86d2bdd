"""Limits on sizes in the words of makers, and in words that nobody has used yet."""

import pytest

from touchline.models.endpoint.size_limits import Size, size_limit


@pytest.mark.parametrize(
    ("text", "sent", "limit"),
    [
        ("At most 8 image(s) may be provided in one prompt.", 15, 8),
        ("request contains 52 images, exceeding the maximum of 50 allowed per request", 52, 50),
        ("Too much media: 0 document pages + 107 images > 100", 107, 100),
        ("You set image=2 (or defaulted to 1), but passed 3 image items: at most 2", 3, 2),
        ("too many URL images in request (max 20)", 25, 20),
        ("Please use no more than 16 pictures.", 30, 16),
        ("images: 25 > 20", 25, 20),
        ("Only 4 frames are allowed; got 15 frames", 15, 4),
        ("模型最多支持 10 个图像", 11, 10),
        ("too many images", 15, None),
        ("this model only supports one image", 15, None),
    ],
)
def test_a_number_beside_images_is_the_limit(text, sent, limit):
    found = size_limit(text)
    assert found is not None
    assert (found.size, found.below(sent)) == (Size.IMAGES, limit)


@pytest.mark.parametrize(
    ("text", "size", "sent", "limit"),
    [
        ("image dimensions exceed max allowed size: 8000 pixels", Size.SIDE, 9000, 8000),
        ("Image 4096x4096 is larger than 2048x2048 pixels", Size.SIDE, 4096, 2048),
        ("Image has 57109416 pixels, maximum: 36000000", Size.PIXELS, 57109416, 36000000),
        ("Image exceeds the limit of 33.5 megapixels", Size.PIXELS, 40_000_000, 33_500_000),
        ("image exceeds 5 MB maximum", Size.IMAGE_BYTES, 9_000_000, 5_000_000),
        ("Payload size exceeds the limit: 20971520 bytes.", Size.REQUEST_BYTES, 3e7, 20971520),
        ("413 Request Entity Too Large", Size.REQUEST_BYTES, 3e7, None),
    ],
)  # fmt: skip
def test_pixels_and_bytes_are_no_number_of_images(text, size, sent, limit):
    found = size_limit(text)
    assert found is not None
    assert (found.size, found.below(int(sent))) == (size, limit)


@pytest.mark.parametrize(
    "text",
    [
        "Invalid image data",
        "Could not process image",
        "image 3 is corrupt",
        "At most 0 image(s) may be provided in one prompt.",
        "height:1 or width:1 must be larger than 10 pixels in the image",
        "The prompt (length 10127) is longer than the maximum model length of 8192. For image "
        "inputs, the number of image tokens depends on the number of images.",
        "Model qwen2.5-7b does not support image input",
        "Rate limit reached: 60 requests per minute",
        "",
    ],
)
def test_what_is_no_limit_on_sizes(text):
    assert size_limit(text) is None
