from dataclasses import replace
from itertools import pairwise

import pytest

from configs.units import Box
from layouts.book.storyboard import Framing, Storyboard
from layouts.telling.beats import Beat, Part, Still, TimedWords
from layouts.telling.importance import is_reaction, weigh
from layouts.telling.staging import fills_page, lead_pages, slant_of, stage
from tests.layouts.boards import face
from tests.layouts.films import cue, make_film, panels, still, told

NEAR = (face(0.3, 0.1, 0.6, 0.9),)
SMALL = (face(0.5, 0.4, 0.55, 0.5),)


def beat(at_s: float, shot: int, text: str = "", **more: object) -> Beat:
    heard = TimedWords(index=shot, start_s=at_s, end_s=at_s, text=text)
    said = (Part(text, len(text.split()), heard, heard.start_s),) if text else ()
    return Beat(still(at_s, shot, (at_s - 1, at_s + 1), **more), said)


def splashes(storyboard: Storyboard) -> list[tuple[int, int]]:
    """Page number and place on it of every splash."""
    return [
        (number, slot)
        for number, page in enumerate(storyboard.pages, start=1)
        for slot, panel in enumerate(page.panels)
        if panel.frame is Framing.BLEED
    ]


def test_a_silent_face_after_a_strong_line_is_a_reaction() -> None:
    after = beat(5, 1, faces=NEAR)
    assert is_reaction(after, beat(3, 0, "Your father is dead!"))
    assert is_reaction(after, beat(3, 0, "Did you know?"))
    assert not is_reaction(after, beat(3, 0, "Well."))
    assert is_reaction(after, beat(3, 0, "Well.", loudness=0.9))
    assert not is_reaction(after, beat(3, 0, "No!", scene=1))
    assert not is_reaction(beat(50, 1, faces=NEAR), beat(3, 0, "No!"))
    assert not is_reaction(beat(5, 1, "Yes.", faces=NEAR), beat(3, 0, "No!"))


def test_reactions_outlive_other_silent_panels() -> None:
    stills, cues = [], []
    for at in range(40):
        stills += [
            still(6 * at + 1, 2 * at, (6 * at, 6 * at + 3)),
            still(6 * at + 4, 2 * at + 1, (6 * at + 3, 6 * at + 6)),
        ]
        stills[-1] = stills[-1].model_copy(update={"faces": (face(0.4, 0.3, 0.5, 0.55),)})
        cues.append(cue(at, 6 * at + 0.5, 6 * at + 2.5, "You lied to me!" if at % 2 else "Quite so, my friend."))
    silent = [panel.shot for panel in panels(told(stills, cues, pages=11)) if not panel.words]
    after_strong = [shot for shot in silent if shot % 4 == 3]
    assert len(silent) < 40 and len(after_strong) > 0.8 * len(silent)


def test_noise_and_motion_make_a_silent_panel_large() -> None:
    plain = weigh(beat(1, 0), opens_scene=False, usual_s=2)
    assert weigh(beat(1, 0, loudness=1.0), opens_scene=False, usual_s=2) > plain
    assert weigh(beat(1, 0, motion=1.0), opens_scene=False, usual_s=2) > plain


def test_what_nothing_stands_out_in_is_small_whatever_happens_there() -> None:
    plain = weigh(beat(1, 0), opens_scene=False, usual_s=2)
    bare = beat(1, 0, motion=1.0, loudness=1.0, salience=0.0)
    assert weigh(bare, opens_scene=False, usual_s=2) < plain
    assert weigh(bare, opens_scene=True, usual_s=2) < weigh(beat(1, 0), opens_scene=True, usual_s=2)
    faced = weigh(beat(1, 0, salience=0.0, faces=SMALL), opens_scene=False, usual_s=2)
    assert faced > weigh(beat(1, 0, salience=0.0), opens_scene=False, usual_s=2)
    said = [weigh(beat(1, 0, "Well, then.", salience=one), opens_scene=False, usual_s=2) for one in (0.0, 1.0)]
    assert said[0] == said[1], "words need their room"


@pytest.mark.parametrize(("pages", "share"), [(None, 0.85), (200, 0.8)])
def test_splashes_are_few_and_wait_behind_page_turns(pages: int | None, share: float) -> None:
    stills, cues = make_film(shots=1500, minutes=120, cues=1800)
    storyboard = told(stills, cues, pages=pages)
    found = splashes(storyboard)
    assert 0.5 * len(storyboard.pages) / 8 <= len(found) <= len(storyboard.pages) / 7.5
    assert all(later[0] - earlier[0] >= 2 for earlier, later in pairwise(found))
    opening = [number for number, slot in found if slot == 0]
    assert len(opening) >= 0.7 * len(found)
    assert sum(number % 2 == 0 for number in opening) >= share * len(opening)


def test_scenes_open_on_even_pages_more_often_than_on_odd_ones() -> None:
    stills, cues = make_film(shots=900, minutes=70, cues=1000)
    storyboard = told(stills, cues)
    scene_of = {each.at_s: each.scene for each in stills}
    firsts = [scene_of[page.panels[0].at_s] for page in storyboard.pages]
    lasts = [scene_of[page.panels[-1].at_s] for page in storyboard.pages]
    opens = {True: 0, False: 0}
    for number in range(2, len(firsts) + 1):
        opens[number % 2 == 0] += firsts[number - 1] != lasts[number - 2]
    assert opens[True] > 1.5 * opens[False]


def test_a_short_book_has_one_splash_and_a_page_has_none() -> None:
    stills, _ = make_film(shots=30, minutes=1.5, cues=0)
    assert len(splashes(told(stills, []))) == 1
    assert not splashes(told(stills[:4], []))


def test_the_opening_vista_becomes_the_splash() -> None:
    stills = [still(at + 1, shot, (at, at + 3), scene=shot // 6) for shot, at in enumerate(range(0, 60, 3))]
    assert splashes(told(stills, [])) == [(1, 0)]


def test_the_loudest_moment_becomes_the_splash() -> None:
    stills = [still(at + 1, shot, (at, at + 3), faces=NEAR) for shot, at in enumerate(range(0, 60, 3))]
    stills[9] = stills[9].model_copy(update={"loudness": 1.0})
    ((_, _),) = found = splashes(told(stills, []))
    number, slot = found[0]
    assert told(stills, []).pages[number - 1].panels[slot].shot == 9


def test_a_whole_face_is_a_better_splash_than_a_figure_or_a_cut_face() -> None:
    stills = [still(at + 1, shot, (at, at + 3), scene=0) for shot, at in enumerate(range(0, 60, 3))]
    stills[0] = stills[0].model_copy(update={"motion": 0.5})  # no vista
    stills[5] = stills[5].model_copy(update={"faces": (face(0.4, 0.0, 0.6, 0.5),)})
    stills[9] = stills[9].model_copy(update={"faces": (face(0.4, 0.2, 0.6, 0.7),)})
    ((number, slot),) = splashes(told(stills, []))
    assert told(stills, []).pages[number - 1].panels[slot].shot == 9


def test_only_upright_pictures_or_slim_subjects_fill_a_page() -> None:
    assert not fills_page(beat(1, 0))
    slim = Box(x0=0.4, y0=0.1, x1=0.6, y1=1.0)
    assert fills_page(beat(1, 0, focus=slim, faces=NEAR))
    assert not fills_page(beat(1, 0, focus=slim)), "nobody knows what else may go"
    small = Still.model_validate(still(1, focus=slim, faces=NEAR).model_dump() | {"size_px": (480, 270)})
    assert not fills_page(Beat(small))
    assert fills_page(Beat(small.model_copy(update={"size_px": (270, 480)})))


def test_a_face_that_the_picture_itself_cuts_does_not_lead() -> None:
    def led(x0: float, y0: float) -> bool:
        near = (face(x0, y0, x0 + 0.2, y0 + 0.4),)
        beats = [beat(at + 1, at, "Well, then.", faces=near if at == 2 else ()) for at in range(4)]
        staged = stage(beats, 3.0, capacity=5, showy=False)
        return lead_pages(beats, staged, [range(4)], 3.0)[2].weight > staged[2].weight

    assert led(0.4, 0.2)
    assert not led(0.4, 0.0) and not led(0.0, 0.2)


def test_a_face_is_set_into_the_vista_before_it_now_and_then() -> None:
    beats = [
        each
        for scene in range(12)
        for each in (
            beat(10 * scene + 1, 3 * scene, scene=scene),
            beat(10 * scene + 4, 3 * scene + 1, scene=scene, faces=SMALL + NEAR),
            beat(10 * scene + 7, 3 * scene + 2, "Well, then.", scene=scene),
        )
    ]
    frames = [each.frame for each in stage(beats, 2.0, capacity=5.2)]
    insets = [at for at, frame in enumerate(frames) if frame is Framing.INSET]
    assert insets and all(at % 3 == 1 for at in insets)
    assert all(later - earlier > 6 for earlier, later in pairwise(insets))


def test_only_pages_of_action_lean_by_turns() -> None:
    calm = [beat(at, at) for at in range(4)]
    wild = [beat(at, at, motion=0.9) for at in range(4)]
    assert slant_of(calm, 1, 0.4) == slant_of([*calm[:3], wild[3]], 1, 0.4) == slant_of(wild[:1], 1, 0.4) == 0
    assert 4 <= slant_of(wild, 1, 0.4) <= 15
    assert slant_of(wild, 2, 0.4) == -slant_of(wild, 1, 0.4)
    assert slant_of(wild, 1, 0.4) > slant_of([beat(at, at, motion=0.5) for at in range(4)], 1, 0.4)
    assert slant_of(wild, 1, 0.95) == 0


def test_an_action_film_does_not_lean_on_every_page() -> None:
    stills, _ = make_film(shots=600, minutes=30, cues=0)
    stills = [each.model_copy(update={"motion": min(1.0, 0.3 + each.motion)}) for each in stills]
    leaning = [page.slant != 0 for page in told(stills, []).pages]
    assert 0.1 * len(leaning) < sum(leaning) < 0.6 * len(leaning)


def test_frames_and_slants_reach_the_storyboard() -> None:
    stills = [still(at + 1, shot, (at, at + 2), motion=0.8) for shot, at in enumerate(range(0, 48, 2))]
    storyboard = told(stills, [])
    assert any(page.slant > 0 for page in storyboard.pages) and any(page.slant < 0 for page in storyboard.pages)
    assert splashes(storyboard)


def test_one_panel_leads_each_page() -> None:
    beats = [beat(3 * at, at, "Well then." if at % 2 else "", motion=0.1 * (at % 3)) for at in range(12)]
    beats[7] = beat(21, 7, "You lied to me!", faces=(face(0.3, 0.2, 0.5, 0.7),))
    beats[5] = beat(15, 5, faces=NEAR, motion=0.9)
    beats[11] = beat(33, 11, loudness=1.0, motion=0.4)
    staged = stage(beats, 2, capacity=5, showy=False)
    pages = [range(0, 4), range(4, 10), range(10, 12)]
    led = lead_pages(beats, staged, pages, 2)
    for page in pages[:2]:
        first, second, *_ = sorted((led[at].weight for at in page), reverse=True)
        assert first >= 1.3 * second
        assert sum(led[at] != staged[at] for at in page) <= 1
    assert max(pages[1], key=lambda at: led[at].weight) == 7, (
        "a clear face with a strong line, whole with its shoulders"
    )
    assert led[10:] == staged[10:], "two panels need no leader"


def test_what_nobody_makes_out_leads_nowhere() -> None:
    seen = (face(0.3, 0.2, 0.5, 0.7),)
    beats = [beat(3 * at, at, faces=seen if at < 3 else (), readable=at != 1) for at in range(4)]
    staged = stage(beats, 2, capacity=5, showy=False)
    led = lead_pages(beats, staged, [range(4)], 2)
    assert led[1] == staged[1] and led[3] == staged[3]
    assert max(led[0].weight, led[2].weight) >= 1.3 * led[3].weight
    blurred = [beat(3 * at, at, readable=False) for at in range(4)]
    staged = stage(blurred, 2, capacity=5, showy=False)
    assert lead_pages(blurred, staged, [range(4)], 2) == staged


def test_a_page_of_smears_and_floors_has_no_leader() -> None:
    beats = [beat(3 * at, at, motion=0.8, loudness=1.0 if at == 2 else 0.0) for at in range(5)]
    staged = stage(beats, 2, capacity=5, showy=False)
    assert lead_pages(beats, staged, [range(5)], 2) == staged


def test_a_splash_leads_by_itself() -> None:
    beats = [beat(3 * at, at) for at in range(4)]
    staged = [
        replace(each, frame=Framing.BLEED if at == 2 else each.frame)
        for at, each in enumerate(stage(beats, 2, capacity=5))
    ]
    assert lead_pages(beats, staged, [range(4)], 2) == staged
