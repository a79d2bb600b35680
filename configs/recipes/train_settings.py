"""The settings of a style's training: what each means, and the presets that hold the published values.

The numbers of AnimeGANv2 differ between its paper, its code and the report that this project follows; the presets say
which is whose. Weights of losses are meant for VGG19 as the original used it; `FEATURE_SCALES` brings the features of
other networks to the same magnitude, so that the weights keep their balance.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from configs.errors import RecipeError
from configs.recipes.tables import settled
from configs.units import Frozen

_PRESETS = Path(__file__).parents[1] / "presets" / "trainings"
_PREFIX = "train-"

_Weight = Annotated[float, Field(ge=0, le=10_000)]
_Rate = Annotated[float, Field(gt=0, le=0.1)]
_Beta = Annotated[float, Field(ge=0, lt=1)]
_Steps = Annotated[int, Field(ge=0, le=10_000_000)]


class TrainSettings(Frozen):
    """Everything that decides how a style is trained, besides its pictures."""

    description: str = Field(description="One line that tells where the values come from")
    network: Literal["lite", "full", "atelier", "johnson"] = Field(
        description="AnimeGANv2's generator, lite or full; that of the own styles; Johnson's for one painting"
    )
    perceptual: Literal["auto", "vgg19", "squeezenet1_1"] = Field(
        description="The network whose features are compared; auto takes VGG19 where it is at hand"
    )

    con_weight: _Weight = Field(description="Content: the photo's features are kept")
    sty_weight: _Weight = Field(description="Style: the drawings' texture, without their colours")
    col_weight: _Weight = Field(description="Colour: the photo's colours are kept, in YUV")
    tv_weight: _Weight = Field(description="Total variation: neighbouring pixels are alike")
    adv_weight: _Weight = Field(description="Adversarial: of the generator's loss and of the discriminator's whole")
    region_weight: _Weight = Field(description="Flat regions: the painting is like its own regions' mean colours")
    surface_weight: _Weight = Field(description="Surface: smoothed, the painting is like the smoothed photo")

    d_real: _Weight = Field(description="Discriminator: drawings are real")
    d_fake: _Weight = Field(description="Discriminator: paintings are not")
    d_gray: _Weight = Field(description="Discriminator: drawings without colour are not")
    d_smooth: _Weight = Field(description="Discriminator: drawings whose edges are blurred, without colour, are not")

    init_lr: _Rate = Field(description="Learning rate of the generator in the content-only steps")
    warm_lr: _Rate = Field(description="Learning rate of the generator in the steps towards self-made targets")
    g_lr: _Rate = Field(description="Learning rate of the generator against the discriminator")
    d_lr: _Rate = Field(description="Learning rate of the discriminator")
    beta1: _Beta = Field(description="Adam's memory of the gradient")
    beta2: _Beta = Field(description="Adam's memory of the gradient's square")

    batch: Annotated[int, Field(ge=1, le=1024)] = Field(description="Pictures of each kind in a step")
    crop_px: Annotated[int, Field(ge=32, le=2048, multiple_of=8)] = Field(description="Side of the square pictures")
    init_steps: _Steps = Field(description="Steps in which only the content counts, first of all")
    warm_steps: _Steps = Field(description="Steps towards self-made targets, after the content-only ones")
    warm_look: Literal["colour", "line"] = Field(description="The look of the self-made targets")
    warm_sizes: tuple[Annotated[float, Field(gt=0, le=4)], ...] = Field(
        min_length=1, description="Sizes of a photo that targets are made at; 1 is its own"
    )
    warm_variants: Annotated[int, Field(ge=0, le=16)] = Field(
        description="Photos in other colours and other light, beside each photo itself"
    )
    warm_lift: Annotated[float, Field(ge=0, le=1)] = Field(
        description="How far a dark photo is brought up before its target is made"
    )
    anchor: Literal["photo", "target"] = Field(
        description="What the steps against the discriminator keep content and colours to"
    )
    steps: _Steps = Field(description="Steps against the discriminator")
    painting_steps: _Steps = Field(description="Steps towards one painting, last of all")
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(description="Of the weights at the start and of all choices")
    precision: Literal["fp32", "bf16", "auto"] = Field(
        description="Number format of the networks' arithmetic; auto is bf16 where the device computes with it"
    )

    patience: Annotated[int, Field(ge=0, le=100_000)] = Field(
        description="Samples in a row without a better loss on held-out photos until the training stops; 0 is never"
    )
    sample_every: Annotated[int, Field(ge=1)] = Field(description="Steps from one sample sheet to the next")
    checkpoint_every: Annotated[int, Field(ge=1)] = Field(description="Steps from one checkpoint to the next")


class FeatureScale(Frozen):
    """Factors that bring one network's losses to the magnitude of the original's."""

    content: float
    """Of the content loss."""
    style: float
    """Of the style loss, which compares Gram matrices: it grows with the square of the features."""


_REFERENCE = 282.0
"""Mean absolute difference of the features of two unrelated photos that the weights of the losses are taken to mean.

The features of the original's VGG19 were never published. This number follows from a published log of a long training
with the weights 1.5, 3, 10 and 300: its generator's loss is about 1,100 where an adversarial loss of about 1, times
300, is part; 1.5 times a painting's distance from its photo is then some 300, and 3 times that of the Gram matrices
some 450. A painting lies two thirds as far from its photo as an unrelated photo does: 11.8 against 17.7 in SqueezeNet.
"""

_REFERENCE_CHANNELS = 512
"""Of VGG19's conv4_4: Gram matrices are divided by the channels."""


def scale_for(difference: float, channels: int) -> FeatureScale:
    """Return the factors for features of which those of unrelated photos lie this far apart.

    Args:
        difference: Mean absolute difference, at 256x256 pixels.
        channels: Of the features.
    """
    content = _REFERENCE / difference
    return FeatureScale(content=content, style=content**2 * channels / _REFERENCE_CHANNELS)


FEATURE_SCALES: dict[str, FeatureScale] = {"squeezenet1_1": scale_for(17.65, 256)}
"""By the perceptual network's name, for its tap named `anime` in `stylize.transfer.perceptual.TAPS`.

SqueezeNet's fire5, measured on 48 photos (film frames, people, the Kodak pictures) cropped to 256x256: unrelated
photos lie 17.65 apart, a photo and its self-made target 11.8; the Gram matrices of photos and gray drawings 1.08. The
factors are 16.0 and 128. A network that is not here is measured when it is used: `stylize.training.steps.balance`.
"""


def training_names() -> list[str]:
    """Return the names of the presets: `hayao`, `painting`, `paprika`, `report`, `shinkai`."""
    return sorted(path.stem.removeprefix(_PREFIX) for path in _PRESETS.glob(f"{_PREFIX}*.toml"))


def load_training(name: str, overrides: Mapping[str, Any] | None = None) -> TrainSettings:
    """Return the settings of a training, with some of them replaced.

    Args:
        name: A name of `training_names`.
        overrides: Settings that differ from the preset.

    Raises:
        RecipeError: The preset or a key is unknown, or a value is out of range.
    """
    if name not in training_names():
        raise RecipeError(f"unknown training preset {name}", cure=f"choose one of {', '.join(training_names())}")
    return settled(TrainSettings, _preset(name), overrides, "training settings")


@lru_cache
def _preset(name: str) -> dict[str, Any]:
    return tomllib.loads((_PRESETS / f"{_PREFIX}{name}.toml").read_text(encoding="utf-8"))
