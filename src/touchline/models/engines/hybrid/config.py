"""The sizes of a hybrid spotter, as `config.json` of its checkpoint has them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from touchline.validation import Settings

_Channels = Annotated[int, Field(ge=4, le=1024, multiple_of=4)]
_Cells = Annotated[int, Field(ge=1, le=16)]
_Name = Annotated[str, Field(min_length=1, max_length=80)]


class HybridConfig(Settings):
    """What determines the shapes of the network and how its scores become events.

    Attributes:
        model_type: tells the file from the configuration of another network.
        classes: the classes in the order of the network's outputs.
        fps: rate of the frames that the network was trained on.
        tower: fingerprint of the weights of the vision tower that makes the features of frames;
            None where the network has a convolutional network of its own for that.
        height: of the frames that the convolutional network takes, in pixels.
        width_pixels: their width.
        channels: of its three stages.
        grid: rows and columns into which its last map is pooled, so that places count.
        features: numbers for each frame.
        sound: whether whistles and swells of the crowd are features as well.
        width: of the recurrent network, in each direction.
        layers: of the recurrent network.
        dropout: share of the features that is left out in training.
        reach: seconds around an event in which frames belong to it.
        members: recurrent networks, trained apart, whose scores are averaged; more than one
            needs a vision tower, so that all see the same features.
    """

    model_type: Literal["touchline-hybrid"] = "touchline-hybrid"
    classes: Annotated[tuple[_Name, ...], Field(min_length=1, max_length=200)]
    fps: Annotated[float, Field(gt=0, le=50)]
    tower: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    height: Annotated[int, Field(ge=32, le=512)]
    width_pixels: Annotated[int, Field(ge=32, le=1024)]
    channels: tuple[_Channels, _Channels, _Channels]
    grid: tuple[_Cells, _Cells]
    features: Annotated[int, Field(ge=4, le=16384)]
    sound: bool
    width: Annotated[int, Field(ge=4, le=2048)]
    layers: Annotated[int, Field(ge=1, le=8)]
    dropout: Annotated[float, Field(ge=0, lt=1)]
    reach: Annotated[float, Field(gt=0, le=60)]
    members: Annotated[int, Field(ge=1, le=16)] = 1

    @model_validator(mode="after")
    def _each_class_once(self) -> Self:
        if len(set(self.classes)) != len(self.classes):
            raise ValueError("a class is named twice")
        return self

    @model_validator(mode="after")
    def _members_share_features(self) -> Self:
        if self.members > 1 and self.tower is None:
            raise ValueError("members above 1 need a tower")
        return self

    @property
    def sound_features(self) -> int:
        """Numbers that the sound adds to each frame."""
        return len(SOUND_FEATURES) if self.sound else 0


SOUND_FEATURES = ("whistle", "whistle_strength", "whistle_seconds", "swell")
"""What the sound around a frame says (see `sound_features`)."""
