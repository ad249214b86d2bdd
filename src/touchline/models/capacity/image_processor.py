"""The image processor of transformers for a card, made from the card's formula.

It needs no checkpoint, so memory can be measured, and formulas checked, without one.
"""

from typing import Any

from touchline.models.image_tokens.anyres import AnyRes
from touchline.models.image_tokens.base import Formula
from touchline.models.image_tokens.crops import Phi4Crops, Slices
from touchline.models.image_tokens.fixed import Fixed
from touchline.models.image_tokens.resized import LongestEdge, PatchBudget, SmartResize
from touchline.models.image_tokens.tiled import Canvas, Nearest, Split


def image_processor(name: str, formula: Formula) -> Any:
    """transformers' own image processor, configured as the formula says.

    Args:
        name: the architecture whose processor it is, as transformers names it.
        formula: of the card's image tokens.
    """
    from touchline.models.torchvision_compat import register_torchvision_operators

    register_torchvision_operators()
    from transformers.models.auto import image_processing_auto as auto

    table: dict[str, Any] = vars(auto)["IMAGE_PROCESSOR_MAPPING_NAMES"]
    classes = table[name]
    chosen = classes["torchvision"] if isinstance(classes, dict) else classes[-1] or classes[0]
    return auto.get_image_processor_class_from_name(chosen)(**_settings(formula))


def _settings(formula: Formula) -> dict[str, Any]:  # noqa: PLR0911, PLR0912  (a case a formula)
    """The settings of transformers' processors that correspond to a formula."""
    match formula:
        case SmartResize():
            size = {"shortest_edge": formula.min_pixels, "longest_edge": formula.max_pixels}
            return {"patch_size": formula.patch, "merge_size": formula.merge, "size": size}
        case LongestEdge():
            side = formula.patch * formula.merge
            size = {"longest_edge": formula.longest_edge}
            return {"patch_size": {"height": side, "width": side}, "size": size}
        case PatchBudget():
            return {
                "patch_size": formula.patch,
                "pooling_kernel_size": formula.merge,
                "max_soft_tokens": formula.max_tokens,
            }
        case AnyRes():
            grids = [[rows * formula.tile, across * formula.tile] for rows, across in formula.grids]
            square = _square(formula.tile)
            return {"image_grid_pinpoints": grids, "size": square, "crop_size": square}
        case Nearest():
            return {
                "size": _square(formula.tile),
                "max_patches": formula.max_tiles,
                "crop_to_patches": True,
            }
        case Canvas(padded=True):
            return {"size": _square(formula.tile), "max_image_tiles": formula.max_tiles}
        case Canvas():
            return {"size": _square(formula.tile), "max_patches": formula.max_tiles}
        case Split():
            tile = {"longest_edge": formula.tile}
            return {"size": {"longest_edge": formula.longest_edge}, "max_image_size": tile}
        case Fixed(patch=None):
            side = round(formula.patches**0.5) * _SIGLIP_PATCH
            return {"size": _square(side)}
        case Fixed():
            edges = {"longest_edge": formula.longest_edge, "shortest_edge": formula.shortest_edge}
            return {"size": edges, "do_image_splitting": False}
        case Phi4Crops():
            return {"dynamic_hd": formula.crops}
        case Slices():
            return {"max_slice_nums": formula.slices, "scale_resolution": formula.scale}
        case _:
            return {}


_SIGLIP_PATCH = 14
"""Side of a patch of SigLIP's encoders that process every image at one size."""


def _square(side: int) -> dict[str, int]:
    return {"height": side, "width": side}
