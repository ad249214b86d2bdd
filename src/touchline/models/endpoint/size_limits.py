"""Limits on sizes, in whatever words an error puts them: images, pixels or bytes.

There is no common code for them, and each maker words them differently, so a limit is recognised
by what is always there: a number beside the thing that is limited, in one sentence with a word such
as "at most", "exceeds" or ">". The figure is kept where there is one: then it is obeyed, instead of
trying half of what was sent.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Size(StrEnum):
    """What is limited."""

    IMAGES = "images"
    SIDE = "side"
    PIXELS = "pixels"
    IMAGE_BYTES = "image bytes"
    REQUEST_BYTES = "request bytes"


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """A limit that an error states.

    Attributes:
        size: what is limited: the number of images, the longer side or the area of one in pixels,
            the bytes of one or of the whole request.
        numbers: figures in the sentence that may be the limit; empty where it has none.
    """

    size: Size
    numbers: tuple[int, ...] = ()

    def below(self, sent: int) -> int | None:
        """The limit, knowing how much was sent; None where no figure is below that.

        An error often states both ("52 images, exceeding the maximum of 50").

        >>> SizeLimit(Size.IMAGES, (52, 50)).below(52)
        50
        """
        return max((number for number in self.numbers if 0 < number < sent), default=None)


_SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n")
_PATH = re.compile(r"\b[a-z_]+(?:[.\[]\d+\]?|\.[a-z_]\w*)+\b:?", re.IGNORECASE)
"""Where in the request something is: "messages.5.content.63.image.source"."""

_LIMIT = re.compile(
    r"at most|up to|max|limit|exceed|too (?:many|large|big|high)|more than|greater than|less than"
    r"|larger than|bigger than|only|allow|must be|fewer|above|over|\s>\s|<=|≤|最多|过多|超过",
    re.IGNORECASE,
)
_LEAST = re.compile(r"at least [^o]|minimum|too small|must be (larger|greater)", re.IGNORECASE)
"""A least size, which smaller images would only miss by more; not "at least one of the images"."""

_NOUN = r"(?:images?|image\(s\)|imgs?|frames?|pictures?|photos?|media|attachments?|图像|图片|张图)"
_IMAGE = re.compile(rf"(?<![a-z]){_NOUN}(?![a-z])", re.IGNORECASE)
_OTHER_UNIT = (
    r"(?:px|pixels?|[kmg]i?b\b|bytes?|tokens?|characters?|s\b|sec|ms\b|minutes?|%|[x×]\s?\d)"
)
_COUNT = re.compile(rf"(?<![\w.\-×])(\d{{1,6}})(?![\d.]*\d)(?!\s?{_OTHER_UNIT})(?![a-z-])", re.I)
_BESIDE = 60
"""Most characters between a number and the word for images."""

_COUNT_WITHOUT_NUMBER = re.compile(
    rf"too many (?:\w+ ){{0,2}}{_NOUN}|number of {_NOUN}.{{0,30}}(?:exceed|limit|max|too)"
    rf"|max(?:imum)? (?:number of )?{_NOUN}|{_NOUN} (?:count|limit)|multiple {_NOUN}.{{0,20}}not"
    rf"|(?:only|more than|most) (?:supports? )?(?:one|a single) {_NOUN}|too much media",
    re.IGNORECASE,
)

_PIXEL_WORD = re.compile(r"pixel|\bpx\b|dimension|resolution|megapixel|\bwidth\b|\bheight\b", re.I)
_SIDE = re.compile(
    r"(\d[\d,]*)\s?(?:x|×|by)\s?(\d[\d,]*)|(\d[\d,]*)\s?(?:px|pixels?\b)|[:>]\s?(\d{3,9})(?!\d)"
)
_MEGAPIXELS = re.compile(r"(\d+(?:\.\d+)?)\s?(?:mega-?pixels?|mp\b)", re.IGNORECASE)
_LONGEST_SIDE = 65_535
"""A JPEG file has no longer side, so more pixels than this are an area."""

_BYTES = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)\s?([kmg]?i?b\b|bytes?\b|megabytes?\b|kilobytes?\b)", re.IGNORECASE
)
_BYTE_WORD = re.compile(
    r"file ?size|(?:allowed|max(?:imum)?) size|\bbytes\b|payload|request (?:entity|body|size)"
    r"|body (?:size|limit)|content[- ]length"
    r"|image.{0,30}(?:is |was )?too (?:large|big)|image size|size of (?:the |each |an )?image",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"request|payload|body|entity|total|combined|all images|content[- ]length", re.IGNORECASE
)
_UNITS = {"k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


def size_limit(text: str) -> SizeLimit | None:
    """The limit on images, pixels or bytes that an error speaks of; None where it speaks of none.

    >>> size_limit("At most 8 image(s) may be provided in one prompt.")
    SizeLimit(size=<Size.IMAGES: 'images'>, numbers=(8,))
    >>> size_limit("image dimensions exceed max allowed size for many-image requests: 2000 pixels")
    SizeLimit(size=<Size.SIDE: 'side'>, numbers=(2000,))
    """
    for part in _SENTENCE.split(text):
        sentence = _PATH.sub(" ", part)
        if _LEAST.search(sentence) or not _LIMIT.search(sentence):
            continue
        found = _pixels(part, sentence) or _bytes(part, sentence) or _images(sentence)
        if found is not None:
            return found
    return None


def stated_counts(text: str) -> SizeLimit:
    """The figures beside words such as "at most", where a code says that images are limited.

    >>> stated_counts("The limit is 10.").below(15)
    10
    """
    sentences = [_PATH.sub(" ", part) for part in _SENTENCE.split(text)]
    limits = [one for one in sentences if _LIMIT.search(one)]
    return SizeLimit(
        Size.IMAGES, tuple(int(found[1]) for one in limits for found in _COUNT.finditer(one))
    )


def _pixels(whole: str, sentence: str) -> SizeLimit | None:
    if not (_PIXEL_WORD.search(sentence) and _about_an_image(whole)):
        return None
    areas = [round(float(found) * 1_000_000) for found in _MEGAPIXELS.findall(sentence)]
    sides = [_integer(one) for found in _SIDE.findall(sentence) for one in found if one]
    if areas or any(side > _LONGEST_SIDE for side in sides):
        return SizeLimit(Size.PIXELS, tuple(areas + [n for n in sides if n > _LONGEST_SIDE]))
    return SizeLimit(Size.SIDE, tuple(sides))


def _bytes(whole: str, sentence: str) -> SizeLimit | None:
    stated = [_byte_count(number, unit) for number, unit in _BYTES.findall(sentence)]
    if not stated and not _BYTE_WORD.search(sentence):
        return None
    if not (_about_an_image(whole) or _WHOLE.search(sentence) or "file" in sentence.lower()):
        return None
    is_whole = _WHOLE.search(sentence) is not None
    return SizeLimit(Size.REQUEST_BYTES if is_whole else Size.IMAGE_BYTES, tuple(stated))


def _images(sentence: str) -> SizeLimit | None:
    nouns = [found.span() for found in _IMAGE.finditer(sentence)]
    beside = tuple(
        int(found[1])
        for found in _COUNT.finditer(sentence)
        if any(
            min(abs(found.start() - end), abs(start - found.end())) <= _BESIDE
            for start, end in nouns
        )
    )
    if beside == (0,):
        return None  # the model takes none at all, which is no limit to keep to
    if not beside and not _COUNT_WITHOUT_NUMBER.search(sentence):
        return None
    return SizeLimit(Size.IMAGES, beside)


def _about_an_image(text: str) -> bool:
    """Whether a sentence, or the place in the request that it names, is about images."""
    return bool(_IMAGE.search(text) or re.search(r"image", text, re.IGNORECASE))


def _integer(text: str) -> int:
    return int(text.replace(",", ""))


def _byte_count(number: str, unit: str) -> int:
    value = float(number.replace(",", ""))
    return int(value * _UNITS.get(unit[0].lower(), 1))
