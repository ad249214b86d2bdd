"""The exporters by suffix; packages add theirs as entry points of `touchline.exporters`."""

from touchline.registry import Registry
from touchline.spots.exporters import csv_file, json_file, subtitles
from touchline.spots.exporters.exporter import Exporter

_EXPORTERS = (json_file.EXPORTER, csv_file.EXPORTER, subtitles.EXPORTER)

EXPORTERS = Registry(
    "format",
    "touchline.exporters",
    Exporter,
    {exporter.name: exporter for exporter in _EXPORTERS},
)
