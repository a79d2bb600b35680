"""Shots of real and made films."""

import json
from fractions import Fraction
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest

from benchmarks.scoring import Score, score
from benchmarks.transitions.left_out import judges_without
from configs.errors import FilmError
from configs.units import WHOLE
from film.decoding.probe import probe
from film.model import Shot, ShotList, Transition
from film.shots.shots import find_shots
from tests.film.shots.drawn import RATE, SIZE, Film, blurred, drawing, pan, surveyed
from tests.material import shared


@cache
def _found(name: str) -> ShotList:
    return find_shots(probe(shared(name)))


def _scored(name: str) -> Score:
    truth = json.loads(shared("films/cuts.json").read_text())[name]
    return score([shot.first_frame for shot in _found(f"films/{name}").shots[1:]], truth)


def test_cuts_of_real_films() -> None:
    names = ["tears_of_steel_battle.webm", "bbb_480p_30s.mp4", "sintel_trailer.mp4"]
    pooled = sum((_scored(name) for name in names), Score())
    assert pooled.f1 >= 0.96, (pooled.missed, pooled.alarms)


def test_cuts_of_the_composed_film() -> None:
    result = _scored("composed_247s_480p.mp4")
    assert result.f1 >= 0.96, (result.missed, result.alarms)
    assert result.rate("dissolve") >= 0.8
    assert result.rate("fade") >= 0.9
    assert result.false["second"] == 0
    assert result.false["flash"] <= 2


def _check(shots: tuple[Shot, ...]) -> None:
    """What holds for every list of shots."""
    assert [shot.index for shot in shots] == list(range(len(shots)))
    assert shots[0].transition is Transition.START
    assert all(shot.transition is not Transition.START for shot in shots[1:])
    for shot in shots:
        assert shot.start_s <= shot.clean_start_s < shot.clean_end_s <= shot.end_s
    for left, right in pairwise(shots):
        assert left.end_s == right.start_s
        assert left.first_frame < right.first_frame


SHOTS = {
    "one_frame.mp4": 1,
    "two_frames.mp4": 1,
    "all_black_5s.mp4": 1,
    "still_image_8s.mp4": 1,
    "tiny_32x14.mp4": 2,
    "odd_641x359_yuv444.mp4": None,
    "h264_10bit.mp4": None,
    "hevc_10bit.mp4": None,
    "vp9_opus.webm": None,
    "av1.webm": None,
    "interlaced_mpeg2_tff.mpg": None,
    "portrait_360x640.mp4": None,
    "rotated_meta_90.mp4": None,
    "rotated_meta_180.mp4": None,
    "rotated_meta_270.mp4": None,
    "vfr.mp4": None,
    "anamorphic_sar.mp4": None,
    "start_offset_3.5s.mkv": None,
    "animated.gif": None,
    "one_fps.mp4": None,
    "uhd_3840_5fps.mp4": None,
    "video_only_no_audio.mp4": None,
    "truncated_faststart_half.mp4": None,
    "found/decord_corrupted.mp4": None,
    "found/decord_video_0.mov": None,
    "found/decord_video_90.mov": None,
    "found/decord_video_180.mov": None,
    "found/video_with_failing_audio.mp4": None,
    "found/sample_with_srt.mkv": None,
    "found/subtitleedit_MP4_SRT.mp4": None,
}


@pytest.mark.parametrize(("name", "count"), SHOTS.items())
def test_awkward_films_have_shots(name: str, count: int | None) -> None:
    found = _found(f"nasty/{name}")
    _check(found.shots)
    if count is not None:
        assert len(found.shots) == count
    assert found.scenes[0][0] == 0
    assert found.scenes[-1][1] == len(found.shots)
    assert len(found.stats.time_s) == len(found.stats.luma) == len(found.stats.change)
    assert found.stats.time_s[0] == pytest.approx(0, abs=0.1)
    assert ShotList.model_validate_json(found.model_dump_json()).picture == found.picture


@pytest.mark.parametrize("name", ["found/invalid-bitstream.webm", "found/-video-with-dash-.mp4"])
def test_what_cannot_be_decoded_has_none(name: str) -> None:
    with pytest.raises(FilmError):
        find_shots(probe(shared(f"nasty/{name}")))


def test_damage_is_told() -> None:
    assert "promised" in _found("nasty/truncated_faststart_half.mp4").warnings[0]


def test_progress_rises_to_one() -> None:
    seen: list[float] = []
    find_shots(probe(shared("nasty/vp9_opus.webm")), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 3


# Films made here: pictures that are known, without an encoder between.


def _mixed(left: Film, right: Film, count: int) -> Film:
    share = np.linspace(0, 1, count + 2)[1:-1].reshape(-1, 1, 1, 1)
    mix = left[-count:] * (1 - share) + right[:count] * share
    return np.concatenate([left[:-count], mix.astype(np.uint8), right[count:]])


def _faded(left: Film, right: Film, count: int, hold: int, level: int = 0) -> Film:
    left, right = left.copy(), right.copy()
    share = np.linspace(1, 0, count + 1)[1:].reshape(-1, 1, 1, 1)
    left[-count:] = left[-count:] * share + level * (1 - share)
    right[:count] = right[:count] * share[::-1] + level * (1 - share[::-1])
    return np.concatenate([left, np.full((hold, *SIZE, 3), level, np.uint8), right])


def _shots(film: Film) -> tuple[Shot, ...]:
    shots = surveyed(film).shots()
    _check(shots)
    return shots


def _frame(time_s: Fraction) -> int:
    return round(time_s * RATE)


def test_a_hard_cut_is_exact() -> None:
    shots = _shots(np.concatenate([pan(1, 40), pan(2, 40)]))
    assert [(shot.first_frame, shot.transition) for shot in shots] == [(0, "start"), (40, "hard")]


def test_a_cut_between_blurred_pictures_is_one() -> None:
    shots = _shots(np.concatenate([blurred(1, 40), blurred(2, 40)]))
    assert [shot.first_frame for shot in shots] == [0, 40]


def test_a_short_shot_is_one() -> None:
    shots = _shots(np.concatenate([pan(1, 40), pan(2, 14), pan(3, 40)]))
    assert [shot.first_frame for shot in shots] == [0, 40, 54]


@pytest.mark.parametrize("count", [10, 24, 40])
def test_a_dissolve_is_one_border_and_no_keyframe_lies_inside(count: int) -> None:
    shots = _shots(_mixed(pan(1, 90, speed=0.4), pan(2, 90, speed=0.4), count))
    assert [shot.transition for shot in shots] == ["start", "dissolve"]
    assert 90 - count <= shots[1].first_frame < 90
    assert _frame(shots[0].clean_end_s) <= 90 - count + 3
    assert _frame(shots[1].clean_start_s) >= 90 - 3


@pytest.mark.parametrize("level", [0, 8, 255])
@pytest.mark.parametrize(("count", "hold"), [(6, 0), (12, 3), (30, 12)])
def test_a_fade_is_one_border(level: int, count: int, hold: int) -> None:
    shots = _shots(_faded(pan(1, 80), pan(2, 80), count, hold, level))
    assert [shot.transition for shot in shots] == ["start", "fade"]
    assert 80 - count <= shots[1].first_frame <= 80 + hold + count
    assert _frame(shots[0].clean_end_s) <= 80 - count + 4
    assert _frame(shots[1].clean_start_s) >= 80 + hold + count - 4


def test_black_at_the_ends_is_no_shot() -> None:
    black = np.zeros((24, *SIZE, 3), np.uint8)
    shots = _shots(np.concatenate([black, pan(1, 60), black]))
    assert len(shots) == 1
    assert _frame(shots[0].clean_start_s) >= 24
    assert _frame(shots[0].clean_end_s) <= 84


def test_a_cut_to_black_and_a_fade_in_are_one_border() -> None:
    black = np.zeros((10, *SIZE, 3), np.uint8)
    faded = _faded(black, pan(2, 60), 10, 0)
    shots = _shots(np.concatenate([pan(1, 40), faded]))
    assert [(shot.first_frame, shot.transition) for shot in shots] == [(0, "start"), (40, "fade")]


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("level", [0, 200, 255])
def test_flashes_and_blinks_are_no_cuts(count: int, level: int) -> None:
    film = pan(1, 80)
    film[40 : 40 + count] = film[40 : 40 + count] // 8 + level * 7 // 8
    assert len(_shots(film)) == 1


def test_a_broken_frame_is_no_cut() -> None:
    film = pan(1, 80)
    film[40] = pan(9, 1)[0]
    assert len(_shots(film)) == 1


def test_a_whip_pan_is_no_cut() -> None:
    picture = np.tile(drawing(4), (1, 3, 1))
    steps = np.concatenate([np.full(30, 1), np.full(8, 60), np.full(30, 1)]).cumsum()
    film = np.stack([picture[60:204, x : x + 256] for x in steps])
    for i in range(30, 38):
        film[i] = cv2.blur(film[i], (45, 1))
    assert len(_shots(film)) == 1


def test_animation_on_twos_has_no_cuts_but_its_own() -> None:
    film = np.concatenate([pan(1, 60, speed=3, hold=2), pan(2, 60, speed=3, hold=3)])
    assert [shot.first_frame for shot in _shots(film)] == [0, 60]


def test_dark_grain_hides_no_cut() -> None:
    grain = np.random.default_rng(0).normal(0, 3, (80, *SIZE, 3))
    film = np.concatenate([pan(1, 40), pan(2, 40)]) * 0.15 + 8 + grain
    assert [shot.first_frame for shot in _shots(np.clip(film, 0, 255).astype(np.uint8))] == [0, 40]


def test_a_title_appearing_over_a_picture_is_no_dissolve() -> None:
    film = pan(1, 90, speed=0.3)
    titled = film.copy()
    for frame in titled:
        cv2.putText(frame, "TITLE", (60, 90), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (255, 255, 255), 8)
    assert len(_shots(np.concatenate([_mixed(film[:60], titled[30:], 20), titled[:10]])[:95])) == 1


def test_light_going_down_is_no_cut() -> None:
    film = pan(1, 90) * np.linspace(1, 0.25, 90).reshape(-1, 1, 1, 1)
    assert len(_shots(film.astype(np.uint8))) == 1


@pytest.mark.parametrize(("top", "side"), [(18, 0), (0, 32), (12, 20), (0, 0)])
def test_bars_are_found(top: int, side: int) -> None:
    film = np.concatenate([pan(seed, 30) for seed in range(5)])
    film = np.concatenate([film, film // 12])  # half of it is too dark to tell
    film[:, :top] = film[:, SIZE[0] - top :] = 4
    film[:, :, :side] = film[:, :, SIZE[1] - side :] = 4
    film[20:24, 2:8, 100:150] = 255  # a logo in the bar for a moment
    box = surveyed(film).bars.picture()
    assert box.y0 == pytest.approx(top / SIZE[0], abs=0.008)
    assert box.y1 == pytest.approx(1 - top / SIZE[0], abs=0.008)
    assert box.x0 == pytest.approx(side / SIZE[1], abs=0.008)
    assert box.x1 == pytest.approx(1 - side / SIZE[1], abs=0.008)


def test_dark_edges_of_some_scenes_are_no_bars() -> None:
    film = np.concatenate([pan(seed, 40) for seed in range(5)])
    film[:180, :30] = 3
    assert surveyed(film).bars.picture() == WHOLE
    assert surveyed(np.zeros_like(film[:40])).bars.picture() == WHOLE


def test_shots_that_alternate_share_a_scene() -> None:
    first, second, other = pan(1, 30), pan(2, 30), np.zeros((30, *SIZE, 3), np.uint8)
    other[:, ::2] = (20, 20, 250)
    film = np.concatenate([first, second, first, second, other, other[:, ::-1] // 2 + 100])
    survey = surveyed(film)
    scenes = survey.scenes(survey.shots())
    assert scenes[0] == (0, 4)


def test_memory_stays_bounded() -> None:
    survey = surveyed(np.concatenate([pan(seed, 60) for seed in range(10)]))
    assert survey._recent._greys.shape[0] < 600


@pytest.mark.parametrize("speed", [0.3, 0.8, 1.5, 2.5])
@pytest.mark.parametrize("seed", range(3))
def test_a_camera_move_is_no_dissolve(seed: int, speed: float) -> None:
    assert len(_shots(pan(seed, 100, speed=speed))) == 1


@pytest.mark.parametrize("variant", ["bars", "beside"])
def test_transitions_beside_what_never_changes(variant: str) -> None:
    inside = _faded(_mixed(pan(1, 90, speed=0.4), pan(2, 90, speed=0.4), 24), pan(3, 60, speed=0.4), 12, 6)
    film = np.empty_like(inside)
    film[:] = drawing(8)[: SIZE[0], : SIZE[1]] if variant == "beside" else 16
    height, width = (100, SIZE[1]) if variant == "bars" else (SIZE[0], 128)
    for frame, picture in zip(film, inside, strict=True):
        top = (SIZE[0] - height) // 2
        frame[top : top + height, :width] = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    shots = _shots(film)
    assert [shot.transition for shot in shots] == ["start", "dissolve", "fade"]


@pytest.mark.parametrize(
    ("name", "group", "least"),
    [
        ("tears_of_steel_battle.webm", "tears", 0.95),
        ("bbb_480p_30s.mp4", "bunny", 0.95),
        ("composed_247s_480p.mp4", "composed", 0.95),
    ],
)
def test_what_was_learned_holds_on_a_film_that_was_left_out(name: str, group: str, least: float) -> None:
    truth = json.loads(shared("films/cuts.json").read_text())[name]
    found = find_shots(probe(shared(f"films/{name}")), judges=judges_without(group))
    assert score([shot.first_frame for shot in found.shots[1:]], truth).f1 >= least


def test_slides_beside_a_webcam_are_shots() -> None:
    found = _found("field/film/31_lecture_slides_with_webcam.mp4")
    assert [shot.first_frame for shot in found.shots] == [0, 50, 100, 150, 200, 250, 300, 350]


def test_a_fade_through_noisy_black_is_one() -> None:
    film = _faded(pan(1, 80), pan(2, 80), 12, 8)
    grain = np.random.default_rng(5).normal(0, 8, film.shape[:3])[..., None]
    noisy = np.clip(film + grain, 0, 255).astype(np.uint8)
    assert [shot.transition for shot in _shots(noisy)] == ["start", "fade"]
