"""The formula of a card: any of those in this folder, with its numbers."""

from typing import Annotated

from pydantic import Field

from touchline.models.image_tokens.anyres import AnyRes
from touchline.models.image_tokens.crops import OverlappingCrops, Phi4Crops, PhiCrops, Slices
from touchline.models.image_tokens.fixed import Fixed
from touchline.models.image_tokens.resized import (
    BoundedPatches,
    LongestEdge,
    PaddedPatches,
    PatchBudget,
    PatchGrid,
    SmartResize,
)
from touchline.models.image_tokens.tiled import Canvas, GeminiTiles, Nearest, OpenAITiles, Split

ImageTokens = Annotated[
    AnyRes
    | BoundedPatches
    | Canvas
    | Fixed
    | GeminiTiles
    | LongestEdge
    | Nearest
    | OpenAITiles
    | OverlappingCrops
    | PaddedPatches
    | PatchBudget
    | PatchGrid
    | Phi4Crops
    | PhiCrops
    | Slices
    | SmartResize
    | Split,
    Field(discriminator="formula"),
]
"""The formula of a model; the field `formula` says which one."""
