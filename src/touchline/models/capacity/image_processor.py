"""The image processor of transformers for a card, made from the card's formula.

It needs no checkpoint, so memory can be measured, and formulas checked, without one.
"""

from functools import singledispatch
from typing import Any

from touchline.models.image_tokens.anyres import AnyRes
from touchline.models.image_tokens.base import Formula
from touchline.models.image_tokens.crops import OverlappingCrops, Phi4Crops, Slices
from touchline.models.image_tokens.fixed import Fixed
from touchline.models.image_tokens.resized import (
    LongestEdge,
    PaddedPatches,
    PatchBudget,
    PatchGrid,
    SmartResize,
)
from touchline.models.image_tokens.tiled import Canvas, Nearest, Split

_SIGLIP_PATCH = 14
"""Side of a patch of SigLIP's encoders that process every image at one size."""


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


@singledispatch
def _settings(formula: Formula) -> dict[str, Any]:  # noqa: ARG001  (decides which function it is)
    """The settings of transformers' processors that correspond to a formula."""
    return {}


@_settings.register
def _(formula: SmartResize) -> dict[str, Any]:
    size = {"shortest_edge": formula.min_pixels, "longest_edge": formula.max_pixels}
    return {"patch_size": formula.patch, "merge_size": formula.merge, "size": size}


@_settings.register
def _(formula: LongestEdge) -> dict[str, Any]:
    side = formula.patch * formula.merge
    size = {"longest_edge": formula.longest_edge}
    return {"patch_size": {"height": side, "width": side}, "size": size}


@_settings.register
def _(formula: PatchBudget) -> dict[str, Any]:
    return {
        "patch_size": formula.patch,
        "pooling_kernel_size": formula.merge,
        "max_soft_tokens": formula.max_tokens,
    }


@_settings.register
def _(formula: PaddedPatches) -> dict[str, Any]:
    return {
        "patch_size": formula.patch,
        "merge_size": formula.merge,
        "max_patches": formula.max_patches,
        "size": {"max_height": formula.max_side, "max_width": formula.max_side},
    }


@_settings.register
def _(formula: PatchGrid) -> dict[str, Any]:
    return {
        "patch_size": formula.patch,
        "downsample_ratio": 1 / formula.merge,
        "min_num_patches": formula.min_patches,
        "max_num_patches": formula.max_patches,
    }


@_settings.register
def _(formula: OverlappingCrops) -> dict[str, Any]:
    return {
        "size": _square(formula.tile),
        "patch_size": formula.patch,
        "pooling_size": [formula.pool, formula.pool],
        "overlap_margins": [formula.margin // 2, formula.margin // 2],
        "max_crops": formula.max_crops,
    }


@_settings.register
def _(formula: AnyRes) -> dict[str, Any]:
    grids = [[rows * formula.tile, across * formula.tile] for rows, across in formula.grids]
    square = _square(formula.tile)
    return {"image_grid_pinpoints": grids, "size": square, "crop_size": square}


@_settings.register
def _(formula: Nearest) -> dict[str, Any]:
    return {
        "size": _square(formula.tile),
        "max_patches": formula.max_tiles,
        "crop_to_patches": True,
    }


@_settings.register
def _(formula: Canvas) -> dict[str, Any]:
    most = "max_image_tiles" if formula.padded else "max_patches"
    return {"size": _square(formula.tile), most: formula.max_tiles}


@_settings.register
def _(formula: Split) -> dict[str, Any]:
    tile = {"longest_edge": formula.tile}
    return {"size": {"longest_edge": formula.longest_edge}, "max_image_size": tile}


@_settings.register
def _(formula: Fixed) -> dict[str, Any]:
    if formula.patch is None:
        return {"size": _square(round(formula.patches**0.5) * _SIGLIP_PATCH)}
    edges = {"longest_edge": formula.longest_edge, "shortest_edge": formula.shortest_edge}
    return {"size": edges, "do_image_splitting": False}


@_settings.register
def _(formula: Phi4Crops) -> dict[str, Any]:
    return {"dynamic_hd": formula.crops}


@_settings.register
def _(formula: Slices) -> dict[str, Any]:
    return {"max_slice_nums": formula.slices, "scale_resolution": formula.scale}


def _square(side: int) -> dict[str, int]:
    return {"height": side, "width": side}
