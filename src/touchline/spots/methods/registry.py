"""The merge methods by name; packages add theirs as entry points of `touchline.merge_methods`."""

from touchline.registry import Registry
from touchline.spots.methods import decoder, greedy, hard_nms, soft_nms, votes
from touchline.spots.methods.method import MergeMethod

_METHODS = (votes.METHOD, hard_nms.METHOD, soft_nms.METHOD, greedy.METHOD, decoder.METHOD)

MERGE_METHODS = Registry(
    "merge method",
    "touchline.merge_methods",
    MergeMethod,
    {method.name: method for method in _METHODS},
)
