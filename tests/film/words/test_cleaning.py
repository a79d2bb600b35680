"""Mark-up to lines, purely."""

import re
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from film.model import Line, LineKind
from film.words.cleaning import clean
from film.words.subtitles.cues import Cue
from film.words.subtitles.markup import plain, rows_of, wholly_italic

PIECES = st.sampled_from(
    ["<i>", "</i>", "<v Mary>", "<font color=red>", "<", ">", "{\\an8}", "{\\p1}", "{\\p0}", "{", "&amp;", "&lt;i&gt;",
     "&#10;", "♪", "-", "*", "[", "]", "(", ")", "\n", "\\N", "MARY:", " ", "\u200b", "\u202e", "\u200d",
     "e\u0301", "\0"]
)  # fmt: skip
MARKUP = st.lists(PIECES | st.text(max_size=6), max_size=12).map("".join)
TIMES = st.fractions(min_value=-5, max_value=70, max_denominator=1000)


def cue(text: str, start: float = 1, end: float = 3, **more: object) -> Cue:
    return Cue(Fraction(str(start)), Fraction(str(end)), text, **more)  # type: ignore[arg-type]


def said(*cues: Cue) -> list[tuple[LineKind, str, str]]:
    return [(line.kind, line.speaker, line.text) for line in clean(cues)[0]]


def one(text: str, **more: object) -> Line:
    (line,) = clean([cue(text, **more)])[0]
    return line


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.tuples(MARKUP, TIMES, TIMES), max_size=8))
def test_lines_are_clean_whatever_comes(raw: list[tuple[str, Fraction, Fraction]]) -> None:
    lines, _ = clean([Cue(start, end, text) for text, start, end in raw], duration_s=Fraction(60))
    assert [line.index for line in lines] == list(range(len(lines)))
    assert [line.start_s for line in lines] == sorted(line.start_s for line in lines)
    for line in lines:
        rows = line.text.split("\n") if line.kind is LineKind.SIGN else [line.text]
        assert all(row and row == unicodedata.normalize("NFC", " ".join(row.split())) for row in rows)
        assert not re.search(r"</?(?:i|font|v)\b[^<>]*>|[\x00-\x09\x0b-\x1f\u200b\u202e]", line.text)
        assert 0 <= line.start_s < 60 and line.start_s < line.end_s


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet="abcé ươñ?!.,\n", max_size=60))
def test_plain_words_survive(text: str) -> None:
    words = " ".join(unicodedata.normalize("NFC", text).split())
    assert "".join(line.text for line in clean([cue(text)])[0]) == words


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<i>What</i> <font color='#f00'>now</font>?", "What now?"),
        ("<b>unclosed bold", "unclosed bold"),
        ("I <3 you, a < b and b > c", "I <3 you, a < b and b > c"),
        ("Salt &amp; pepper &lt;really&gt;", "Salt & pepper <really>"),
        ("&lt;i&gt;escaped tags&lt;/i&gt;", "escaped tags"),
        ("{\\an2}Here{\\pos(3,4)} and\\Nthere", "Here and\nthere"),
        ("caf\u0065\u0301", "café"),
        ("<00:00:01.000><c> karaoke</c>", "karaoke"),
        ("<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>", "漢字"),
        ("zero\u200b width\ufeff, soft\u00adhyphen", "zero width, softhyphen"),
        ("\u202bمرحبا\u202c", "مرحبا"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀 flies", "👩\u200d🚀 flies"),
        ("left\u200dover", "leftover"),
        ("This is the first\0\xde\xad", "This is the first"),
        ("{\\p1}m 0 0 l 100 0 100 100{\\p0}Words", "Words"),
    ],
)
def test_mark_up_goes_and_words_stay(markup: str, words: str) -> None:
    assert one(markup).text == words


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("JOHN: Run!", [("speech", "JOHN", "Run!")]),
        ("JOHN:\nRun!", [("speech", "JOHN", "Run!")]),
        ("Listen: run!", [("speech", "", "Listen: run!")]),
        ("WARNING: deep water", [("speech", "", "WARNING: deep water")]),
        ("At 10:30, then.", [("speech", "", "At 10:30, then.")]),
        ("(المشروع): أتريد", [("speech", "المشروع", "أتريد")]),
        ("<v Mary>Hi</v>\n<v.loud Tom Sawyer>Hey", [("speech", "Mary", "Hi"), ("speech", "Tom Sawyer", "Hey")]),
        ("- Where?\n- There,\nover there.", [("speech", "", "Where?"), ("speech", "", "There, over there.")]),
        ("-Where?\n–There.", [("speech", "", "Where?"), ("speech", "", "There.")]),
        ("Where?\n- There.", [("speech", "", "Where?"), ("speech", "", "There.")]),
        ("- No!\n- No!", [("speech", "", "No!"), ("speech", "", "No!")]),
        ("- Only one", [("speech", "", "Only one")]),
        ("-5 degrees", [("speech", "", "-5 degrees")]),
        (">> Good evening.", [("speech", "", "Good evening.")]),
        ("[SYNTHETIC] - Is it?\n- Talk!", [("speech", "SYNTHETIC", "Is it?"), ("speech", "", "Talk!")]),
        ("[door slams]", [("sound", "", "door slams")]),
        ("(SIGHS)", [("sound", "", "SIGHS")]),
        ("[wind howls] Who is there?", [("sound", "", "wind howls"), ("speech", "", "Who is there?")]),
        ("Who is there? [silence]", [("speech", "", "Who is there?"), ("sound", "", "silence")]),
        ("Who is there?\n[silence]", [("speech", "", "Who is there?"), ("sound", "", "silence")]),
        ("[whispering] Quiet.", [("whisper", "", "Quiet.")]),
        ("[Mary] Quiet.", [("speech", "Mary", "Quiet.")]),
        ("（シンテル）人を探しているの。", [("speech", "シンテル", "人を探しているの。")]),
        ("**yawns**", [("sound", "", "yawns")]),
        ("(I should not have come here.)", [("thought", "", "I should not have come here.")]),
        ("♪ La la la ♪", [("song", "", "La la la")]),
        ("# La la la #", [("song", "", "La la la")]),
        ("#1 is here", [("speech", "", "#1 is here")]),
        ("♪ ♪", []),
        ("♪ [soft music] ♪", [("sound", "", "soft music")]),
        ("<i>Once upon a time</i>\n<i>in a valley</i>", [("narration", "", "Once upon a time in a valley")]),
        ("Once <i>upon</i> a time", [("speech", "", "Once *upon* a time")]),
        ("NARRATOR: Once upon a time", [("narration", "NARRATOR", "Once upon a time")]),
        ("{\\an8}LONDON, 1888", [("sign", "", "LONDON, 1888")]),
        ("{\\pos(10,20)}Bakery", [("sign", "", "Bakery")]),
        ("...", [("speech", "", "...")]),
        ("- ", []),
        ("", []),
    ],
)
def test_kinds_and_speakers(markup: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(cue(markup)) == [(LineKind(kind), speaker, text) for kind, speaker, text in expected]


def test_names_before_colons_count_when_they_come_again() -> None:
    lines = said(cue("Anna: Hello"), cue("Remember: no lights", 4, 5), cue("Anna: Good night", 6, 7))
    assert [speaker for _, speaker, _ in lines] == ["Anna", "", "Anna"]


def test_ass_names_styles_and_drawings() -> None:
    lines = said(
        cue("{\\i1}Slanted throughout", speaker="Sintel"),
        cue("Bakery", sign=True),
        cue("Thought", italic=True),
        cue("{\\p1}m 0 0 l 5 5"),
    )
    kinds = [kind for kind, _, _ in lines]
    assert kinds == [LineKind.SPEECH, LineKind.SIGN, LineKind.NARRATION]


def test_a_file_that_is_all_italics_speaks() -> None:
    assert {kind for kind, _, _ in said(*(cue(f"<i>Line {n}</i>", n, n + 1) for n in range(8)))} == {LineKind.SPEECH}


def test_order_is_by_start_then_by_the_file() -> None:
    lines = said(cue("c", 5, 6), cue("a", 1, 2), cue("b", 1, 9))
    assert [text for _, _, text in lines] == ["a", "b", "c"]


def test_cues_outside_the_film_are_left_out_with_a_warning() -> None:
    cues = [cue("before", -4, -1), cue("across", -1, 2), cue("in", 3, 4), cue("late", 60, 61), cue("later", 90, 93)]
    lines, warnings = clean(cues, duration_s=Fraction(60))
    assert [(line.text, line.start_s) for line in lines] == [("across", 0), ("in", 3)]
    assert warnings == (
        "2 subtitles start after the film has ended and are left out",
        "1 subtitle ends before the film starts and is left out",
    )


@pytest.mark.parametrize("end", [5, 4, 0])
def test_no_or_negative_duration_becomes_time_to_read(end: float) -> None:
    (line,) = clean([cue("Ends before it starts", 5, end)])[0]
    assert line.start_s == 5 and 1 <= line.end_s - line.start_s <= 6


def test_doubled_and_cut_up_cues_are_one_line_but_repetition_stays() -> None:
    lines, _ = clean([cue("Same", 1, 2), cue("Same", 1, 2), cue("Same", 2, 3), cue("Oh!", 4, 4.5), cue("Oh!", 4.55, 5)])
    assert [(line.text, line.start_s, line.end_s) for line in lines] == [
        ("Same", 1, 3), ("Oh!", 4, Fraction("4.5")), ("Oh!", Fraction("4.55"), 5),
    ]  # fmt: skip


def test_rolling_captions_say_each_row_once() -> None:
    rows = [f"row number {n}" for n in range(9)]
    lines = said(*(cue("\n".join(rows[max(0, n - 1) : n + 1]), n, n + 1) for n in range(9)))
    assert [text for _, _, text in lines] == rows


def test_italics_are_judged_by_the_words() -> None:
    assert wholly_italic("{\\i1}a{\\i0} {\\i1}b")
    assert not wholly_italic("a <i>b</i>")
    assert wholly_italic("a", slanted=True)
    assert not wholly_italic("{\\i0}a", slanted=True)
    assert rows_of("a<br/>b\\Nc\r\nd") == ["a", "b", "c", "d"] and plain(" a \u3000 b ") == "a b"


@pytest.mark.parametrize(
    ("markup", "kind", "speaker", "text", "off_screen", "foreign"),
    [
        ("[whispering] Quiet.", "whisper", "", "Quiet.", False, False),
        ("MARY: (whispers) Quiet.", "whisper", "MARY", "Quiet.", False, False),
        ("MARY (O.S.): Come here!", "speech", "MARY", "Come here!", True, False),
        ("Mary [over radio]: Copy that.", "radio", "Mary", "Copy that.", False, False),
        ("JOHN (V.O.): I was young.", "narration", "JOHN", "I was young.", False, False),
        ("- [in French] Where is he?", "speech", "", "Where is he?", False, True),
        ("(thinking) It cannot be.", "thought", "", "It cannot be.", False, False),
        ("[shouts] Run", "shout", "", "Run", False, False),
        ("<v Mary>[on phone] Hello?", "radio", "Mary", "Hello?", False, False),
        ("♪ (softly) La la ♪", "song", "", "La la", False, False),
    ],
)
def test_how_it_is_said(markup: str, kind: str, speaker: str, text: str, off_screen: bool, foreign: bool) -> None:
    lines, _ = clean([cue(markup)])
    assert [(line.kind.value, line.speaker, line.text, line.off_screen, line.foreign) for line in lines] == [
        (kind, speaker, text, off_screen, foreign)
    ]


def test_sounds_are_heard_from_nowhere() -> None:
    lines, _ = clean([cue("[O.S.] Come! [door slams]")])
    assert [(line.kind.value, line.off_screen) for line in lines] == [("speech", True), ("sound", False)]


def _with_talk(*placed: Cue) -> list[tuple[str, Fraction, Fraction]]:
    talk = [cue(f"Words number {at} of the talk.", 10 + 3 * at, 12 + 3 * at) for at in range(4)]
    lines, _ = clean([*placed, *talk])
    return [(line.text, line.start_s, line.end_s) for line in lines if line.kind is LineKind.SIGN]


def test_a_sign_drawn_frame_by_frame_is_one_sign() -> None:
    frames = [cue(f"{{\\pos({200 + at},300)}}EXIT", 5 + at / 8, 5 + (at + 1) / 8) for at in range(24)]
    assert _with_talk(*frames) == [("EXIT", 5, 8)]


def test_a_sign_placed_letter_by_letter_is_one_sign() -> None:
    letters = [
        cue(f"{{\\pos({200 + 40 * place + at},300)}}{letter}", 5 + at / 8, 5 + (at + 1) / 8)
        for at in range(8)
        for place, letter in enumerate("FREE")
    ]
    assert _with_talk(*letters) == [("FREE", 5, 6)]


def test_a_sign_typed_letter_by_letter_is_one_sign() -> None:
    typed = [cue(f"{{\\pos(200,300)}}{'EXIT'[: at + 1]}", 5 + at / 8, 5 + (at + 1) / 8) for at in range(4)]
    assert _with_talk(*typed) == [("EXIT", 5, 5.5)]


def test_syllables_that_go_together_are_one_line() -> None:
    sung = [
        cue(f"{{\\an5\\pos({300 + 60 * at},50)}}{part}", 1 + at / 8, 3)
        for at, part in enumerate(["so", "ra", "no", "mu", "ko", "u"])
        for _layer in range(3)
    ]
    assert _with_talk(*sung) == [("so ra no mu ko u", 1, 3)]


TALK = (
    "Where is he?",
    "Over there.",
    "I see.",
    "GET DOWN!",
    "ĐỪNG LẠI GẦN!",
    "USA!",
    "!",
    "I!",
    "What? NO!",
    "OKです!",
)


def test_exclamations_in_capitals_are_cried() -> None:
    kinds = {text: kind for kind, _, text in said(*(cue(text, 3 * at, 3 * at + 2) for at, text in enumerate(TALK)))}
    assert {text for text, kind in kinds.items() if kind is LineKind.SHOUT} == {"GET DOWN!", "ĐỪNG LẠI GẦN!", "USA!"}
    assert said(cue("RUN!")) == [(LineKind.SHOUT, "", "RUN!")]


def test_capitals_tell_nothing_where_the_whole_track_has_them() -> None:
    talk = [text.upper() for text in TALK] + [">> JOHN: HOLD ON!", "[DOOR SLAMS]", "OLD McDONALD!", "♪ LA LA! ♪"]
    assert not [one for one in said(*(cue(text, 3 * at, 3 * at + 2) for at, text in enumerate(talk)))
                if one[0] is LineKind.SHOUT]  # fmt: skip
    loud = said(*(cue(text, 3 * at, 3 * at + 2) for at, text in enumerate([*talk, "[SCREAMING] NO!"])))
    assert loud[-1] == (LineKind.SHOUT, "", "NO!")


def test_a_place_and_a_time_keep_their_rows_and_are_no_speech() -> None:
    talk = [cue(text, 3 * at, 3 * at + 2) for at, text in enumerate(("Come in.", "Who are you?", "A friend.", "Sit."))]
    assert said(*talk, cue("PARIS,\nwinter 1943", 20, 22))[-1] == (LineKind.SIGN, "", "PARIS,\nwinter 1943")
    assert said(*talk, cue("[Three months later]", 20, 22))[-1] == (LineKind.SIGN, "", "Three months later")
    assert said(*talk, cue("It was cold\nin 1943.", 20, 22))[-1] == (LineKind.SPEECH, "", "It was cold in 1943.")
    assert said(*talk, cue("- PARIS\n- ROME", 20, 22))[-1][2] == "ROME"


def test_where_all_others_are_named_an_unnamed_title_is_no_speech() -> None:
    talk = [cue(f"{name}: {text}", 3 * at, 3 * at + 2) for at, (name, text) in enumerate(
        [("ANN", "Come in."), ("BOB", "Who are you?"), ("ANN", "A friend."), ("BOB", "Sit down.")]
    )]  # fmt: skip
    assert said(*talk, cue("The old harbour", 20, 22))[-1] == (LineKind.SIGN, "", "The old harbour")
    assert said(*talk, cue("You may go now.", 20, 22))[-1] == (LineKind.SPEECH, "", "You may go now.")


def test_stress_is_kept_where_it_is_told() -> None:
    assert one("You did <i>what</i> to my car?").text == "You did *what* to my car?"
    talk = [
        cue("I do not know.", 1, 2),
        cue("You are NOT my boss.", 4, 5),
        cue("[a <i>door</i> slams shut in here]", 7, 8),
    ]
    assert [text for _, _, text in said(*talk)][1:] == ["You are *NOT* my boss.", "a door slams shut in here"]
