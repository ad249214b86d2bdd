"""How a hybrid spotter is trained."""

from typing import Annotated

from pydantic import Field

from touchline.train.examples.split_settings import SplitSettings

_Positive = Annotated[int, Field(ge=1)]
_Share = Annotated[float, Field(ge=0, lt=1)]


class HybridSettings(SplitSettings):
    """The sizes of the network, and the length and rates of its training.

    Attributes:
        tower: a checkpoint whose vision tower makes the features of frames, such as
            "builtin:demo"; None trains a convolutional network for that.
        views: of each half with a tower: two as they are, the others with changed pictures.
        fps: frames per second; it is asked at the same rate.
        height: of the frames in pixels.
        window: seconds of a window when it is asked.
        stride: seconds between the starts of two of them.
        clip: seconds of the clips that it learns from.
        clips: in a step.
        steps: of the optimizer.
        learning_rate: the highest; it rises over the first steps and falls like a cosine.
        weight_decay: of all weights.
        sound: whether it listens to whistles and swells of the crowd as well.
        silence: share of the clips that are silenced where it listens, so that it also looks.
        channels: of the three stages of the network for frames.
        features: numbers for each frame; those of a tower follow from it.
        width: of the recurrent network, in each direction.
        layers: of the recurrent network.
        members: recurrent networks that are trained one after the other, each with its own random
            numbers; their scores are averaged. More than one needs a tower.
        dropout: share of the features that is left out while it learns.
        reach: seconds around an event in which frames belong to it.
        shift_weight: of the loss of the displacements, beside that of the classes.
    """

    tower: str | None = None
    views: _Positive = 4
    fps: Annotated[float, Field(gt=0, le=25)] = 2.5
    height: Annotated[int, Field(ge=32, le=512)] = 80
    window: Annotated[float, Field(gt=0, le=600)] = 60.0
    stride: Annotated[float, Field(gt=0, le=600)] = 30.0
    clip: Annotated[float, Field(gt=0, le=600)] = 48.0
    clips: _Positive = 4
    steps: _Positive = 700
    learning_rate: Annotated[float, Field(gt=0)] = 2e-3
    weight_decay: Annotated[float, Field(ge=0)] = 0.02
    sound: bool = False
    silence: _Share = 0.3
    channels: tuple[_Positive, _Positive, _Positive] = (16, 32, 64)
    features: _Positive = 128
    width: _Positive = 128
    layers: _Positive = 2
    members: Annotated[int, Field(ge=1, le=16)] = 1
    dropout: _Share = 0.3
    reach: Annotated[float, Field(gt=0, le=60)] = 1.2
    shift_weight: Annotated[float, Field(ge=0)] = 0.3
