"""The settings of a training: the published numbers, overrides, faults told in one line."""

import tomllib

import pytest

from configs.errors import RecipeError
from configs.recipes.ink_settings import look_names
from configs.recipes.page_settings import FORMATS, load_format
from configs.recipes.train_settings import FEATURE_SCALES, TrainSettings, load_training, scale_for, training_names
from tests.material import ROOT

PRESETS = ROOT / "configs/presets/trainings"

PUBLISHED = {  # con, sty, col, tv, adv; real, fake, gray, smooth
    "hayao": ((1.5, 2.5, 15, 1, 300), (1.2, 1.2, 1.2, 0.8)),
    "paprika": ((2.0, 0.6, 50, 0.1, 300), (1.0, 1.0, 1.0, 0.005)),
    "report": ((1.5, 3, 10, 0, 300), (1, 1, 1, 0.1)),
    "shinkai": ((1.2, 2.0, 10, 1, 300), (1.7, 1.7, 1.7, 1.0)),
}

OWN = ("atelier-colour", "atelier-line", "painting")


def test_names() -> None:
    assert training_names() == sorted([*PUBLISHED, *OWN])


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_presets_hold_the_published_weights(name: str) -> None:
    found = load_training(name)
    weights = (found.con_weight, found.sty_weight, found.col_weight, found.tv_weight, found.adv_weight)
    assert (weights, (found.d_real, found.d_fake, found.d_gray, found.d_smooth)) == PUBLISHED[name]
    assert (found.init_lr, found.g_lr, found.d_lr) == (2e-4, 2e-5, 4e-5)
    assert (found.beta1, found.beta2, found.batch, found.crop_px) == (0.5, 0.999, 12, 256)
    assert found.region_weight == found.surface_weight == found.warm_steps == found.painting_steps == 0, (
        "not in AnimeGANv2"
    )


@pytest.mark.parametrize("name", [*PUBLISHED, *OWN])
def test_a_preset_gives_every_setting(name: str) -> None:
    given = tomllib.loads((PRESETS / f"train-{name}.toml").read_text(encoding="utf-8"))
    assert set(given) == set(TrainSettings.model_fields)
    assert given["description"]


def test_towards_one_painting_there_is_nothing_else() -> None:
    found = load_training("painting")
    assert found.network == "johnson" and found.painting_steps > 0
    assert found.init_steps == found.warm_steps == found.steps == 0


@pytest.mark.parametrize("look", ["colour", "line"])
def test_the_own_styles_are_trained_as_they_paint(look: str) -> None:
    found = load_training(f"atelier-{look}")
    assert found.network == "atelier" and found.warm_look == look and found.anchor == "target"
    assert found.warm_lift == 0.6, "as stylize.atelier.atelier brings a picture up"


def test_every_setting_is_explained() -> None:
    assert all(field.description for field in TrainSettings.model_fields.values())


def test_other_presets_are_left_alone() -> None:
    assert look_names() == ["line", "noir", "watercolour"]
    assert [load_format(name).name for name in FORMATS] == list(FORMATS)


def test_overrides_beat_the_preset_and_leave_it_alone() -> None:
    changed = load_training("hayao", {"network": "lite", "crop_px": 64, "steps": 50, "precision": "fp32"})
    assert (changed.network, changed.crop_px, changed.steps, changed.precision) == ("lite", 64, 50, "fp32")
    assert load_training("hayao").network == "full"
    assert changed.col_weight == load_training("hayao").col_weight


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"con_wieght": 2}, "unknown key con_wieght; did you mean con_weight?"),
        ({"network": "big"}, "network: input should be 'lite', 'full', 'atelier' or 'johnson'"),
        ({"perceptual": "vgg16"}, "perceptual: input should be 'auto', 'vgg19' or 'squeezenet1_1'"),
        ({"sty_weight": -1}, "sty_weight: input should be greater than or equal to 0"),
        ({"adv_weight": float("nan")}, "adv_weight"),
        ({"g_lr": 0}, "g_lr: input should be greater than 0"),
        ({"beta1": 1}, "beta1: input should be less than 1"),
        ({"crop_px": 100}, "crop_px: input should be a multiple of 8"),
        ({"batch": 0}, "batch: input should be greater than or equal to 1"),
        ({"batch": 2.5}, "batch: input should be a valid integer"),
        ({"seed": -1}, "seed: input should be greater than or equal to 0"),
        ({"sample_every": 0}, "sample_every: input should be greater than or equal to 1"),
    ],
)
def test_faults_in_one_line(settings: dict[str, object], told: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_training("hayao", settings)
    assert str(caught.value).startswith("training settings: " + told) or str(caught.value).startswith(told)
    assert "\n" not in str(caught.value) and ";" in str(caught.value)


def test_unknown_preset() -> None:
    with pytest.raises(
        RecipeError, match=r"preset ghibli; choose one of atelier-colour, atelier-line, hayao, painting"
    ):
        load_training("ghibli")


def test_scales_bring_features_to_one_magnitude() -> None:
    """Features times k: content grows with k, Gram matrices with k squared; factors undo both."""
    one, tenfold = scale_for(10, 512), scale_for(100, 512)
    assert one.content * 10 == pytest.approx(tenfold.content * 100) == pytest.approx(282)
    assert one.style * 10**2 == pytest.approx(tenfold.style * 100**2)
    assert scale_for(10, 256).style == pytest.approx(one.style / 2), "Gram matrices are divided by the channels"


def test_squeezenets_scale_is_the_documented() -> None:
    scale = FEATURE_SCALES["squeezenet1_1"]
    assert (scale.content, scale.style) == (pytest.approx(16, rel=0.01), pytest.approx(128, rel=0.01))
