"""Subtitle files of every kind, whole and damaged, in any encoding."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.errors import SubtitleError
from film.model import Line, LineKind
from film.words.cleaning import clean
from film.words.sources.subtitle_files import read_subtitles
from film.words.subtitles import repair
from film.words.subtitles.beside import find_beside, language_of
from film.words.subtitles.charsets import decode
from film.words.subtitles.formats import parse
from tests.material import shared

ENGLISH = [
    "What brings you to the land of the gatekeepers?",
    "I'm searching for someone.",
    "A dangerous quest for a lone hunter.",
    "I've been alone for as long as I can remember.",
]


def lines_of(path: Path, language: str = "") -> tuple[Line, ...]:
    return clean(read_subtitles(path, language=language).cues)[0]


def texts(path: Path, language: str = "") -> list[str]:
    return [line.text for line in lines_of(path, language)]


@pytest.mark.parametrize("name", ["en.srt", "en.bom_crlf.srt", "en.utf16le.srt", "en.voices.vtt", "en.ass"])
def test_the_trailer_says_the_same_in_every_format(name: str) -> None:
    lines = lines_of(shared(f"films/sintel_trailer.{name}"))
    spoken = [line for line in lines if line.kind is LineKind.SPEECH]
    assert [line.text for line in spoken] == ENGLISH
    assert [line.start_s for line in spoken] == [Fraction(n, 100) for n in (1185, 1809, 3627, 4185)]
    if name in {"en.voices.vtt", "en.ass"}:
        assert [line.speaker for line in spoken] == ["Shaman", "Sintel", "Shaman", "Sintel"]
    assert [line.text for line in lines if line.kind is LineKind.SIGN] == (
        ["SYNTHETIC SIGN (overlaps two lines)"] if name == "en.ass" else []
    )


@pytest.mark.parametrize("hint", ["", "told"])
@pytest.mark.parametrize(("old", "new"), [("fr.cp1252", "fr"), ("ja.shift_jis", "ja"), ("ar.cp1256", "ar")])
def test_old_encodings_give_the_same_words(old: str, new: str, hint: str) -> None:
    path = shared(f"films/sintel_trailer.{old}.srt")
    assert texts(path, new if hint else "") == texts(shared(f"films/sintel_trailer.{new}.srt"))


@pytest.mark.parametrize(
    ("name", "encoding", "language"),
    [
        ("morevna_ep3/morevna-ep3-pol.srt", "cp1250", "pl"),
        ("morevna_ep3/morevna-ep3-rus.srt", "cp1251", "ru"),
        ("morevna_ep3/morevna-ep3-rus.srt", "koi8-r", "ru"),
        ("morevna_ep3/morevna-ep3-rus.srt", "utf-16-le", "ru"),
        ("morevna_ep3/morevna-ep3-kor.srt", "cp949", "ko"),
        ("morevna_ep3/morevna-ep3-tha.srt", "cp874", "th"),
        ("morevna_ep3/morevna-ep3-deu.srt", "cp1252", "de"),
        ("sintel/sintel_fa.srt", "cp1256", "fa"),
        ("blocks4all_etc/itaccess_zh-cn.vtt", "gb18030", "zh"),
        ("pepper_carrot_ep6/pepper-and-carrot-ep6-jpn.srt", "euc_jp", "ja"),
        ("pepper_carrot_ep6/pepper-and-carrot-ep6-epo.srt", "iso8859_3", "eo"),
    ],
)
def test_real_files_come_back_from_their_languages_encodings(name: str, encoding: str, language: str) -> None:
    data = shared(f"subtitles/{name}").read_text("utf-8-sig").encode(encoding, "ignore")
    assert decode(data, language)[0] == data.decode(encoding)
    if language != "eo":
        assert decode(data)[0] == data.decode(encoding)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=400), st.sampled_from(["", "vi", "ja", "ru", "xx"]))
def test_decoding_never_fails(data: bytes, language: str) -> None:
    text, name = decode(data, language)
    text.encode("utf-8", "surrogatepass")
    assert name


COUNTS = {  # file: cues, a line that must be among the words
    "blocks4all_etc/blocks4all_en.vtt": (44, "Boon, he's very excited about the world."),
    "blocks4all_etc/blocks4all_es.vtt": (44, "Quiere hacer casi de todo."),
    "blocks4all_etc/blocks4all_ko.vtt": (44, "워싱톤대학의 명예교수입니다."),
    "blocks4all_etc/blocks4all_pt-br.vtt": (45, "Ele topa praticamente tudo."),
    "blocks4all_etc/deadline_ar.vtt": (16, "أتريد الانتهاء مني؟"),
    "blocks4all_etc/deadline_en.vtt": (15, "Oh yeah! Now's the time!"),
    "blocks4all_etc/deadline_hi.vtt": (16, "थोड़ी देर बाद"),
    "blocks4all_etc/itaccess_zh-cn.vtt": (76, "不管这种机会是来自于学习或是研究"),
    "elephants_dream/captions.de.vtt": (77, "Bist du verletzt?"),
    "elephants_dream/captions.en.vtt": (78, "Everything is safe. Perfectly safe."),
    "elephants_dream/captions.ru.vtt": (84, "Осторожно!"),
    "elephants_dream/captions.sv.vtt": (81, "Är du skadad?"),
    "elephants_dream/descriptions.en.vtt": (63, "Two people stand on a small bridge."),
    "morevna_ep3/morevna-ep3-deu.srt": (58, "Bleib von mir, bleib von mir!"),
    "morevna_ep3/morevna-ep3-eng.srt": (59, "Hey officer, can I help you somehow?"),
    "morevna_ep3/morevna-ep3-fra.srt": (59, "Bonjour sergent, puis-je vous aider ?"),
    "morevna_ep3/morevna-ep3-kor.srt": (59, "아이구 선생님, 뭐 좀 도울 일이라도?"),
    "morevna_ep3/morevna-ep3-pol.srt": (59, "Nie zbliżaj się , nie zbliżaj się!"),
    "morevna_ep3/morevna-ep3-por.srt": (59, "Fique longe, fique longe!"),
    "morevna_ep3/morevna-ep3-rus.srt": (59, '"Сокол", "Сокол", я "Ястреб". Доложите обстановку.'),
    "morevna_ep3/morevna-ep3-spa.srt": (58, "¡Aléjense, aléjense!"),
    "morevna_ep3/morevna-ep3-tha.srt": (32, "ภูมิใจนำเสนอ"),
    "morevna_ep3/morevna-ep3-zho.srt": (3, "联合推出"),
    "pepper_carrot_ep6/pepper-and-carrot-ep6-dan.srt": (98, "Eliksirkonkurrencen!"),
    "pepper_carrot_ep6/pepper-and-carrot-ep6-deu.srt": (98, "Uff... es zieht..."),
    "pepper_carrot_ep6/pepper-and-carrot-ep6-eng.srt": (98, "THE CONTEST!!!"),
    "pepper_carrot_ep6/pepper-and-carrot-ep6-epo.srt": (98, "Nu… kia vento!"),
    "pepper_carrot_ep6/pepper-and-carrot-ep6-fra.srt": (98, "Brrr, mais quel vent !"),
    "pepper_carrot_ep6/pepper-and-carrot-ep6-ita.srt": (98, "LA GARA !!!"),
    "pepper_carrot_ep6/pepper-and-carrot-ep6-jbo.srt": (97, ".i .oi mutce brife"),
    "pepper_carrot_ep6/pepper-and-carrot-ep6-jpn.srt": (98, "また窓を開けたまま寝ちゃったみたい..."),
    "pepper_carrot_ep6/pepper-and-carrot-ep6-por.srt": (98, "O CONCURSO!!!"),
    "pepper_carrot_ep6/pepper-and-carrot-ep6-rus.srt": (98, "Уфф... Как дует то..."),
    "pepper_carrot_ep6/pepper-and-carrot-ep6-spa.srt": (98, "¡¡¡EL CONCURSO!!!"),
    "sintel/sintel-de.vtt": (14, "Ich suche jemanden."),
    "sintel/sintel-en.vtt": (14, "This blade has a dark past."),
    "sintel/sintel-es.vtt": (14, "Gracias."),
    "sintel/sintel_bom.srt": (26, "A dragon."),
    "sintel/sintel_en_dvd.srt": (26, "A dragon."),
    "sintel/sintel_fa.srt": (26, "متشکرم."),
    "sintel/sintel_it.srt": (26, "Un drago."),
    "oddities/androidx_ssa/empty_style_line.ass": (1, "First line."),
    "oddities/androidx_ssa/invalid_layer.ass": (3, "Non-integer layer."),
    "oddities/androidx_ssa/invalid_positioning.ass": (4, "Third subtitle (invalid alignment)."),
    "oddities/androidx_ssa/invalid_timecodes.ass": (6, "This is the third subtitle, with a comma."),
    "oddities/androidx_ssa/layer.ass": (2, "Layer negative."),
    "oddities/androidx_ssa/overlapping_cues_different_layers.ass": (2, "First subtitle - end overlaps second"),
    "oddities/androidx_ssa/overlapping_timecodes.ass": (7, "Seventh subtitle - nested fully inside sixth"),
    "oddities/androidx_ssa/positioning.ass": (6, "Third subtitle, (only last counts)."),
    "oddities/androidx_ssa/positioning_without_playres.ass": (1, "First subtitle."),
    "oddities/androidx_ssa/style_bold_italic.ass": (3, "Third line with Bold Italic."),
    "oddities/androidx_ssa/style_font_size.ass": (2, "First line with font size 30."),
    "oddities/androidx_ssa/style_outline_color.ass": (2, "Line with BLUE (&H00FF0000) outline."),
    "oddities/androidx_ssa/style_primary_color.ass": (7, "Seventh line with invalid color."),
    "oddities/androidx_ssa/style_strikeout.ass": (2, "First line with Strikeout."),
    "oddities/androidx_ssa/style_underline.ass": (2, "First line with Underline."),
    "oddities/androidx_ssa/typical.ass": (3, "This is the second subtitle with a newline and another."),
    "oddities/androidx_ssa/typical_dialogue.ass": (3, "This is the third subtitle, with a comma."),
    "oddities/androidx_ssa/typical_utf16be.ass": (3, "This is the first subtitle."),
    "oddities/androidx_ssa/typical_utf16le.ass": (3, "This is the first subtitle."),
    "oddities/androidx_subrip/typical.srt": (3, "This is the third subtitle."),
    "oddities/androidx_subrip/typical_bad_timestamps.srt": (3, "This is the first subtitle."),
    "oddities/androidx_subrip/typical_extra_blank_line.srt": (3, "This is the third subtitle."),
    "oddities/androidx_subrip/typical_missing_sequence.srt": (3, "This is the third subtitle."),
    "oddities/androidx_subrip/typical_missing_timecode.srt": (3, "This is the fifth subtitle."),
    "oddities/androidx_subrip/typical_negative_timestamps.srt": (3, "This is the third subtitle."),
    "oddities/androidx_subrip/typical_no_hours_and_millis.srt": (3, "This is the third subtitle."),
    "oddities/androidx_subrip/typical_unexpected_end.srt": (2, "This is the first subtitle."),
    "oddities/androidx_subrip/typical_utf16be.srt": (3, "This is the third subtitle."),
    "oddities/androidx_subrip/typical_utf16le.srt": (3, "This is the third subtitle."),
    "oddities/androidx_subrip/typical_with_byte_order_mark.srt": (3, "This is the third subtitle."),
    "oddities/androidx_subrip/typical_with_tags.srt": (14, "This is the fifth subtitle with multiple valid tags."),
    "oddities/androidx_webvtt/typical.vtt": (2, "This is the first subtitle."),
    "oddities/androidx_webvtt/typical_with_bad_timestamps.vtt": (5, "This is the second subtitle."),
    "oddities/androidx_webvtt/typical_with_comments.vtt": (2, "This is the second subtitle."),
    "oddities/androidx_webvtt/typical_with_identifiers.vtt": (2, "This is the second subtitle."),
    "oddities/androidx_webvtt/with_bad_cue_header.vtt": (2, "This is the third subtitle."),
    "oddities/androidx_webvtt/with_bom.vtt": (2, "This is the first subtitle."),
    "oddities/androidx_webvtt/with_consecutive_cues.vtt": (2, "This is the second subtitle."),
    "oddities/androidx_webvtt/with_css_complex_selectors.vtt": (5, "But this is more italic"),
    "oddities/androidx_webvtt/with_css_styles.vtt": (4, "You don't have the guts"),
    "oddities/androidx_webvtt/with_css_text_combine_upright.vtt": (2, "Combine 0004 digits"),
    "oddities/androidx_webvtt/with_font_size.vtt": (6, "Sentence with bad font-size unit."),
    "oddities/androidx_webvtt/with_overlapping_timestamps.vtt": (4, "Displayed at the bottom for 2 seconds."),
    "oddities/androidx_webvtt/with_positioning.vtt": (8, "This is the eighth subtitle."),
    "oddities/androidx_webvtt/with_rubies.vtt": (4, "base1base2base3."),
    "oddities/androidx_webvtt/with_tags.vtt": (4, "This is the <fourth> &subtitle."),
    "oddities/androidx_webvtt/with_vertical.vtt": (3, "Vertical right-to-left (e.g. Japanese)"),
    "oddities/androidx_webvtt/with_wide_unicode_chars_and_cr_endings.vtt": (1, "😛 😛"),
    "oddities/androidx_webvtt/with_x-timestamp-map_header.vtt": (2, "Cue text two"),
}


@pytest.mark.parametrize("name", COUNTS)
def test_every_file_gives_its_cues_and_words(name: str) -> None:
    path = shared(f"subtitles/{name}")
    count, words = COUNTS[name]
    reading = read_subtitles(path)
    assert len(reading.cues) == count
    lines, _ = clean(reading.cues)
    assert words in [line.text for line in lines]
    assert len(lines) >= count


@pytest.mark.parametrize("asked", ["eng", "fr", ""])
def test_a_file_in_several_languages_gives_the_one_asked_for(asked: str) -> None:
    reading = read_subtitles(shared("subtitles/morevna_ep3/morevna-ep04.msrt"), language=asked)
    first = {"eng": "Morevna Project presents", "fr": "Le projet Morevna Project présente"}
    assert clean(reading.cues)[0][1].text == first.get(asked, 'Проект "Моревна" представляет')
    assert reading.language == {"eng": "en", "fr": "fr"}.get(asked, "ru")


def test_the_nasty_file_loses_no_words() -> None:
    reading = read_subtitles(shared("films/sintel_trailer.en.nasty.srt"))
    lines, warnings = clean(reading.cues, duration_s=Fraction("52.167"))
    assert [(line.kind.value, line.text[:34], line.start_s) for line in lines] == [
        ("speech", "What brings you to the land of the", Fraction("11.85")),
        ("sound", "overlaps cue 1", 13),
        ("speech", "I'm searching for someone.", 13),
        ("sound", "WIND HOWLS", 13),
        ("speech", "Zero-length cue", Fraction("18.09")),
        ("speech", "A very long line that goes on and ", 25),
        ("speech", "Ends before it starts", Fraction("38.73")),
        ("speech", "No index line", Fraction("41.85")),
        ("song", "dots for commas, old coordinates &", 45),
    ]
    assert len(lines[5].text) > 550 and all(line.end_s > line.start_s for line in lines)
    assert warnings == ("1 subtitle starts after the film has ended and is left out",)
    assert not any(mark in line.text for line in lines for mark in "<>{}♪")


def test_numbers_that_are_said_are_not_taken_for_indices() -> None:
    indexed = "1\n00:00:01,000 --> 00:00:02,000\nCount:\n10\n\n2\n00:00:03,000 --> 00:00:04,000\n9\n\n3\n"
    bare = "00:01,000 --> 00:02,000\nCount:\n10\n\n00:03,000 --> 00:04,000\n9\n"
    for text in (indexed, bare):
        cues, _ = parse(text)
        assert [line.text for line in clean(cues or [])[0]] == ["Count: 10", "9"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00:01,500", "1.5"), ("0:0:1.5", "1.5"), ("01:02", "62"), ("00:00:02", "2"), ("1:00:00,25", "3600.25"),
        ("00:00:01:500", "1.5"), (" 00 : 00 : 01 , 500 ", "1.5"), ("-0:00:04,5", "-4.5"), ("02.345", "2.345"),
        ("100:00:00.000", "360000"),
    ],
)  # fmt: skip
def test_times_are_read_loosely(text: str, seconds: str) -> None:
    assert repair.stamp(text) == Fraction(seconds)


@pytest.mark.parametrize("text", ["", "7", "soon", "0.0.0", "1:2:3:4:5", "--"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert repair.stamp(text) is None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet="0123456789:,.-> \nabW<i>{}\\", max_size=200))
def test_parsing_never_fails(text: str) -> None:
    for head in ("", "WEBVTT\n\n", "[Events]\nDialogue: ", "{1}{20}"):
        cues, dropped = parse(head + text, rate=Fraction(24))
        clean(cues or [])
        assert dropped >= 0


def test_a_zero_byte_or_a_noncharacter_drops_no_words(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    said = "He\x00llo \ufffeout\uffff \x1b[31mthere\x1b[0m\x07 \u202eyou\ue000"
    rows = ["1", "00:00:01,000 --> 00:00:02,000", said, "", "2", "00:00:03,000 --> 00:00:04,000", "Bye\x00", ""]
    path.write_bytes("\n".join(rows).encode())
    reading = read_subtitles(path)
    assert [line.text for line in clean(reading.cues)[0]] == ["Hello out there you", "Bye"]
    assert reading.warnings == ("a.srt: 1 sign for private use left out, which no other font has",)


def test_microdvd_counts_frames_of_the_film() -> None:
    cues, _ = parse("{24}{48}Hello|there\n{72}{96}{y:i}Later", rate=Fraction(24))
    assert [(line.text, line.start_s) for line in clean(cues or [])[0]] == [("Hello there", 1), ("Later", 3)]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "an empty subtitle file"),
        (b"  \r\n", "an empty subtitle file"),
        (bytes(range(256)) * 40, "not a subtitle file"),
        (b"\x00\x00\x00\x20ftypisom" + b"\x00\x81" * 500, "not a subtitle file"),
        (b"Dear diary, nothing happened today.", "not a subtitle file"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n", "not a subtitle file"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(tmp_path: Path, data: bytes, problem: str) -> None:
    path = tmp_path / "words.srt"
    path.write_bytes(data)
    with pytest.raises(SubtitleError) as caught:
        read_subtitles(path)
    message = str(caught.value)
    assert problem in message and "words.srt" in message and "\n" not in message


def test_missing_folders_and_huge_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SubtitleError, match="no such subtitle file"):
        read_subtitles(tmp_path / "nowhere.srt")
    with pytest.raises(SubtitleError, match="folder"):
        read_subtitles(tmp_path)
    with (tmp_path / "huge.srt").open("wb") as huge:
        huge.truncate(40 << 20)
    with pytest.raises(SubtitleError, match="too large"):
        read_subtitles(tmp_path / "huge.srt")


def test_picture_subtitles_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "film.sub").write_bytes(b"\x00\x00\x01\xba" + bytes(2000))
    with pytest.raises(SubtitleError, match="made of pictures"):
        read_subtitles(tmp_path / "film.sub")


def test_files_beside_a_film_are_found_by_name(tmp_path: Path) -> None:
    film = tmp_path / "My.Film.mkv"
    others = ["My.Film.vi.vtt", "my.film.EN.SRT", "My.Film.pt-BR.forced.ass", "My.Film.en.sdh.srt", "My.Film.srt"]
    strangers = ["My.Film.2.srt", "My.Film.notes.srt", "Other.srt", "My.Film.en.txt", "My.Filmed.srt"]
    for name in [*others, *strangers]:
        (tmp_path / name).write_text("x")
    found = [(one.path.name, one.language, one.forced, one.hearing_impaired) for one in find_beside(film)]
    assert found == [
        ("My.Film.srt", "", False, False),
        ("my.film.EN.SRT", "en", False, False),
        ("My.Film.vi.vtt", "vi", False, False),
        ("My.Film.en.sdh.srt", "en", False, True),
        ("My.Film.pt-BR.forced.ass", "pt-br", True, False),
    ]
    assert find_beside(tmp_path / "nowhere" / "film.mkv") == ()


def test_a_file_says_its_language_by_its_name() -> None:
    assert language_of(Path("a.film.en.srt")) == "en" and language_of(Path("captions.cc.srt")) == ""
