"""Strength, faces and brightness: hand-made cases, and a face of a real film."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from pydantic import ValidationError

from configs.units import Box, Face
from film.pictures.faces import make_finder
from stylize.styles.dials import Dials, apply_dials, face_mask, features_mask, with_brightness_of
from stylize.styles.paint import PaintRequest, paint_files
from stylize.styles.registry import make_stylizer, style_dials
from stylize.styles.stylizer import Batch, Stylizer
from tests.arithmetic import rounding
from tests.material import shared
from tests.stylize.drawings import grainy, plain, scene

Picture = npt.NDArray[np.float32]
LUMA = np.array([0.299, 0.587, 0.114])


def face(x0: float, y0: float, x1: float, y1: float) -> Face:
    return Face(box=Box(x0=x0, y0=y0, x1=x1, y1=y1), mouth=((x0 + x1) / 2, y1), score=0.9)


def luma(picture: Picture) -> npt.NDArray[np.float64]:
    return picture.astype(np.float64) @ LUMA


def test_neutral_dials_leave_the_very_painting() -> None:
    source, painting = scene(40, 30), plain(40, 30)
    assert apply_dials(painting, source, Dials(), [face(0.2, 0.2, 0.6, 0.8)]) is painting
    assert apply_dials(painting, source, Dials(faces=0.5)) is painting, "there is no face"
    assert Dials().neutral and not Dials(faces=0.1).neutral


@pytest.mark.parametrize("strength", [0, 0.25, 0.6, 1])
def test_strength_goes_straight_from_the_source_to_the_painting(strength: float) -> None:
    source, painting = scene(40, 30), plain(40, 30, (0.9, 0.1, 0.3))
    expected = (1 - strength) * source + strength * painting
    found = apply_dials(painting, source, Dials(strength=strength))
    assert np.abs(found - expected).max() < rounding(4)  # of shades up to 1


@pytest.mark.parametrize("wrong", [{"strength": 1.1}, {"strength": -0.1}, {"faces": 2}, {"faces": "much"}])
def test_dials_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Dials.model_validate(wrong)


def test_the_mask_covers_the_head_and_is_soft() -> None:
    mask = face_mask((300, 400), face(0.4, 0.4, 0.6, 0.7))
    assert mask.dtype == np.float32 and mask.min() >= 0 and mask.max() == 1
    assert mask[165, 200] == 1 and min(mask[120, 200], mask[209, 200], mask[165, 160], mask[165, 239]) > 0.7
    assert (mask[120:210, 160:240] > 0.2).all(), "the whole box is in it"
    assert mask[165, 150] > 0 and mask[110, 200] > 0, "and some of what lies around it"
    assert not mask[:60].any() and not mask[:, :100].any() and not mask[:, 300:].any() and not mask[260:].any()
    assert np.abs(np.diff(mask, axis=0)).max() < 0.06 and np.abs(np.diff(mask, axis=1)).max() < 0.06


def test_a_face_at_the_edge_of_the_picture() -> None:
    source, painting = scene(60, 40), plain(60, 40)
    for at in (face(0, 0, 0.1, 0.2), face(0.9, 0.7, 1, 1), face(0, 0, 1, 1)):
        kept = apply_dials(painting, source, Dials(faces=1), [at])
        assert np.isfinite(kept).all() and kept.min() >= 0 and kept.max() <= 1


def test_a_face_kept_wholly_is_the_source_and_the_rest_the_painting() -> None:
    source, painting = scene(200, 150), plain(200, 150, (0.1, 0.9, 0.2))
    kept = apply_dials(painting, source, Dials(faces=1), [face(0.3, 0.3, 0.5, 0.7)])
    mask = face_mask((150, 200), face(0.3, 0.3, 0.5, 0.7))
    assert np.abs(kept - source)[mask == 1].max() < rounding(8)
    assert np.abs(kept - painting)[mask == 0].max() < rounding(2)


def test_features_are_kept_rather_than_colours() -> None:
    """A cross of lines on skin, painted away and green: it comes back by the dial, the skin by its square."""
    source = plain(200, 200, (0.8, 0.6, 0.5))
    source[98:102, 60:140] = source[60:140, 98:102] = 0.1
    painting = plain(200, 200, (0.2, 0.7, 0.3))
    kept = apply_dials(painting, source, Dials(faces=0.5), [face(0.2, 0.2, 0.8, 0.8)])

    def line(picture: Picture) -> float:
        return float(picture[90, 90, 1] - picture[100, 90, 1])

    assert 0.4 * line(source) < line(kept) < 0.65 * line(source)
    skin = (kept - painting)[85, 85] / (source - painting)[85, 85]
    assert (skin > 0.1).all() and (skin < 0.4).all()


def test_several_faces_are_kept_each() -> None:
    source, painting = scene(200, 100), plain(200, 100)
    two = [face(0.1, 0.2, 0.3, 0.6), face(0.7, 0.3, 0.9, 0.8)]
    kept = apply_dials(painting, source, Dials(faces=0.6), two)
    for each in two:
        inside = face_mask((100, 200), each) > 0.9
        assert np.abs(kept - source)[inside].mean() < 0.8 * np.abs(painting - source)[inside].mean()


@pytest.mark.parametrize("factor", [0.6, 0.85, 1.3])
def test_the_mean_luma_comes_to_the_sources(factor: float) -> None:
    source = grainy(scene(120, 90), 0.02)
    painting = np.clip(source * np.float32(factor), 0, 1)
    before, after = (
        abs(float((luma(each) - luma(source)).mean())) for each in (painting, with_brightness_of(source, painting))
    )
    assert before > 0.05 and after < 0.012


def test_blacks_stay_black_and_whites_are_not_blown() -> None:
    source = grainy(scene(160, 120), 0.02)
    source[20:60, 20:60] = 0.005
    source[70:100, 100:140] = 0.97
    grey = np.clip(0.18 + 0.45 * source, 0, 1)  # as a network's norm leaves a dark scene
    lit = with_brightness_of(source, grey)
    assert luma(grey)[25:55, 25:55].min() > 0.15 and luma(lit)[25:55, 25:55].max() < 0.03
    assert abs(float((luma(lit) - luma(source)).mean())) < 0.02
    bright = np.clip(source * 0.5, 0, 1)
    bright[70:100, 100:140, 0] = 0.9
    burnt = np.clip(bright * (luma(source).mean() / luma(bright).mean()), 0, 1)
    lit = with_brightness_of(source, bright)
    assert (burnt[70:100, 100:140].max(axis=-1) == 1).all()
    shade = np.sort(lit[75:95, 105:135].reshape(-1, 3).astype(np.float64), axis=0)
    assert lit.max() <= 1 and shade.std() > 0 and not (lit >= 1).all(axis=-1).any(), "no colour is lost in white"


def test_hues_are_held() -> None:
    source, painting = plain(40, 30, (0.7, 0.7, 0.7)), plain(40, 30, (0.4, 0.2, 0.1))
    lit = with_brightness_of(source, painting)[0, 0].astype(np.float64)
    assert lit.sum() > painting[0, 0].sum()
    for one, other in ((0, 1), (1, 2)):
        assert lit[one] / lit[other] == pytest.approx(painting[0, 0, one] / painting[0, 0, other], rel=0.35)
        assert lit[one] > lit[other]


@pytest.mark.parametrize("shade", [0.0, 0.5, 1.0])
def test_flat_pictures_are_no_trouble(shade: float) -> None:
    flat = plain(16, 12, (shade, shade, shade))
    for painting in (plain(16, 12, (0, 0, 0)), plain(16, 12, (1, 1, 1)), flat):
        lit = with_brightness_of(flat, painting)
        assert np.isfinite(lit).all() and lit.min() >= 0 and lit.max() <= 1
    assert np.abs(with_brightness_of(flat, flat) - flat).max() < 0.01


def test_styles_bring_dials_of_their_own() -> None:
    assert style_dials("ink-line") == Dials()
    assert style_dials("animegan:paprika") == Dials(faces=0.35, brightness=True)
    asked = style_dials("animegan:paprika", strength=0.5, brightness=False)
    assert asked == Dials(strength=0.5, faces=0.35, brightness=False)
    assert style_dials("ink-noir", faces=0).neutral


class Flat(Stylizer):
    """Paints all in one colour; weakened by means of its own where it has them."""

    name = "flat"

    def __init__(self, level: float = 0.8, own: bool = False) -> None:
        self.level, self.own = level, own

    def paint(self, batch: Batch) -> Batch:
        return np.full_like(batch, self.level)

    def weakened(self, strength: float) -> Stylizer | None:
        return Flat(self.level * strength, self.own) if self.own else None

    def settle(self, references: Sequence[Picture]) -> Stylizer:
        return Flat(self.level + float(np.mean(references)), self.own)


@pytest.mark.parametrize(("own", "shade"), [(False, 0.5 * 0.2 + 0.5 * 0.8), (True, 0.4)])
def test_a_styles_own_means_of_strength_come_before_blending(own: bool, shade: float, tmp_path: Path) -> None:
    source, target = tmp_path / "s.png", tmp_path / "t.png"
    cv2.imwrite(str(source), np.full((20, 20, 3), 51, np.uint8))
    paint_files(
        Flat(own=own), [PaintRequest(source=source, target=target, size_px=(20, 20))], dials=Dials(strength=0.5)
    )
    assert np.abs(cv2.imread(str(target)) / 255 - shade).max() < 0.005


def test_the_palette_is_that_of_the_weaker_style(tmp_path: Path) -> None:
    source, target = tmp_path / "s.png", tmp_path / "t.png"
    cv2.imwrite(str(source), np.full((20, 20, 3), 51, np.uint8))
    job = PaintRequest(source=source, target=target, size_px=(20, 20))
    paint_files(Flat(own=True), [job], dials=Dials(strength=0.5), references=[source])
    assert np.abs(cv2.imread(str(target)) / 255 - (0.5 * 0.8 + 0.2)).max() < 0.005


def test_a_face_of_the_battle_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by the detector, painted in watercolour: inside the mask it is nearer to the film, outside the same."""
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
    film = cv2.VideoCapture(str(shared("films/tears_of_steel_battle.webm")))
    film.set(cv2.CAP_PROP_POS_FRAMES, 599)
    frame = cv2.cvtColor(film.read()[1], cv2.COLOR_BGR2RGB)
    faces = make_finder().find(frame)
    assert len(faces) == 1
    source = cv2.resize(frame, (480, 200), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    painting = make_stylizer("ink-watercolour").paint(source[None])[0]
    mask = face_mask(source.shape, faces[0])
    away = [
        np.abs(apply_dials(painting, source, Dials(faces=amount), faces) - source)[mask > 0.5].mean()
        for amount in (0, 0.35, 0.7, 1)
    ]
    assert away[1] < 0.9 * away[0] and away[2] < 0.6 * away[0] and away[3] < 0.2 * away[0]
    assert np.abs(apply_dials(painting, source, Dials(faces=0.7), faces) - painting)[mask == 0].max() < rounding(2)


def test_a_toned_face_gives_lightness_of_its_features_alone() -> None:
    noise = np.random.default_rng(7)
    source = noise.random((200, 240, 3), np.float32)
    painting = np.broadcast_to(np.array([0.8, 0.5, 0.3], np.float32), source.shape).copy()
    one = face(0.3, 0.2, 0.7, 0.8)
    toned = apply_dials(painting, source, Dials(faces=0.6, toned=True), [one])
    change = toned - painting
    inside, hair = features_mask(source.shape, one), face_mask(source.shape, one)
    assert np.abs(change[inside == 0]).max() == 0 and (hair[inside == 0] > 0.9).any(), "hair stays as it is drawn"
    free = (toned > 0).all(axis=-1) & (toned < 1).all(axis=-1)
    assert np.ptp(change[free], axis=-1).max() < rounding(2), "no colour comes from the source"
    middle = np.s_[110:136, 105:135]
    seen = np.corrcoef(change[middle].mean(axis=-1).ravel(), luma(source[middle]).ravel())[0, 1]
    assert seen > 0.9, "features come from the source"


def test_our_own_line_art_keeps_nothing_of_the_photo() -> None:
    assert style_dials("atelier-line").neutral
    assert style_dials("atelier-colour").toned and style_dials("atelier-colour").faces > 0
