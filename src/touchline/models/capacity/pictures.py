"""The image processor of transformers that goes with a card, made from the card's formula.

It needs no checkpoint, so memory can be measured, and formulas checked, where there is none.
"""

from typing import Any

from touchline.models.image_tokens.anyres import AnyRes
from touchline.models.image_tokens.base import Formula
from touchline.models.image_tokens.crops import Phi4Crops, Slices
from touchline.models.image_tokens.fixed import Fixed
from touchline.models.image_tokens.resized import LongestEdge, PatchBudget, SmartResize
from touchline.models.image_tokens.tiled import Canvas, Nearest, Split


def picture_processor(architecture: dict[str, Any], formula: Formula) -> Any:
    """transformers' own image processor, set as the formula says.

    Args:
        architecture: as on a card, with `model_type`.
        formula: of the card's image tokens.
    """
    from touchline.models.torchvision_compat import register_torchvision_operators

    register_torchvision_operators()
    from transformers.models.auto import image_processing_auto as auto

    kind = architecture["model_type"]
    vision = architecture.get("vision_config", {}).get("model_type")
    table: dict[str, Any] = vars(auto)["IMAGE_PROCESSOR_MAPPING_NAMES"]
    names = table["pixtral" if vision == "pixtral" else kind]
    name = names["torchvision"] if isinstance(names, dict) else names[-1] or names[0]
    return auto.get_image_processor_class_from_name(name)(**_settings(formula))


def _settings(formula: Formula) -> dict[str, Any]:  # noqa: PLR0911, PLR0912  (a case a formula)
    """The words of transformers' processors for what a formula says."""
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
"""Side of a patch of SigLIP's encoders that see every image at one size."""


def _square(side: int) -> dict[str, int]:
    return {"height": side, "width": side}
