"""The formats by name; packages add theirs as entry points of `touchline.formats`."""

from touchline.registry import Registry
from touchline.spots.formats.data_sets import (
    activitynet,
    footpass,
    osl,
    osl_v1,
    soccernet_files,
    soccertrack,
)
from touchline.spots.formats.event_format import Format
from touchline.spots.formats.tables import csv_file, json_file
from touchline.spots.formats.timed_text import (
    ffmetadata,
    matroska_chapters,
    subtitles,
    webvtt,
    youtube_chapters,
)
from touchline.spots.formats.tools import (
    elan,
    fiftyone,
    kloppy_events,
    label_studio,
    otio,
    sportscode,
)

_FORMATS = (
    *(json_file.FORMAT, csv_file.FORMAT, subtitles.FORMAT, webvtt.FORMAT),
    *(soccernet_files.FORMAT, osl.FORMAT, osl_v1.FORMAT, soccertrack.FORMAT, footpass.FORMAT),
    *(
        activitynet.FORMAT,
        sportscode.FORMAT,
        elan.FORMAT,
        otio.FORMAT,
        label_studio.FORMAT,
        fiftyone.FORMAT,
    ),
    *(kloppy_events.FORMAT, ffmetadata.FORMAT, matroska_chapters.FORMAT, youtube_chapters.FORMAT),
)
"""Of several formats with the same suffix, the first is the one that a file's name asks for."""

FORMATS = Registry("format", "touchline.formats", Format, {one.name: one for one in _FORMATS})
