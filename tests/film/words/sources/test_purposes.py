"""What a track is for, by flags and titles."""

import unicodedata

import pytest

from film.model import Stream, StreamKind
from film.words.sources.purposes import Purpose, purpose_of

TITLES = {
    Purpose.FULL: (
        "", "English", "Full Subtitles", "Full Subtitles, Signs & Songs", "Dialogue + Signs", "The Forcefield", "Hindi",
        "Accessible design", "Français complets", "Vollständige Untertitel", "Español (Latinoamérica)", "Signal", "Ccs",
        "Brazilian", "Original", "Português", "Special Forces", "简体中文", "Sound descriptions", "2000 AD",
        "Bad", "Radio", "Deutsch (voll, komplett mit Schilder)",
    ),
    Purpose.FORCED: (
        "Signs & Songs", "SIGNS/SONGS [Group]", "Signs / Songs", "S&S", "S & S", "S/S", "Songs", "English (Forced)",
        "English [Forced]", "eng_forced", "Français forcés", "Forcé", "Français (Forces)", "VF Forces",
        "Deutsch erzwungen", "Zwangsuntertitel", "Deutsch (Zwangs-UT)", "Español (Forzados)", "Forzosos y forzados",
        "Italiano forzati", "Forçadas", "Nederlands geforceerd", "Pakotettu", "Wymuszone", "Foreign Parts Only",
        "Non-English", "Foreign dialogue only", "Форсированные", "Надписи", "强制字幕", "Lyrics", "Karaoke",
    ),
    Purpose.HEARING_IMPAIRED: (
        "English SDH", "English (SDH)", "English [CC]", "CC", "CC1", "Closed Captions", "English HOH", "English (HI)",
        "Hearing impaired", "Hard of Hearing", "for the Deaf", "Deutsch für Hörgeschädigte", "Schwerhörige",
        "Sourds et malentendants", "Français SME", "Sordos", "Non udenti", "Legendas para surdos",
        "Doven en slechthorenden", "Для глухих", "Слабослышащие", "English SDH (with descriptions)",
        "Closed captions, descriptive audio",
    ),
    Purpose.COMMENTARY: (
        "Director's Commentary", "Directors' comments", "Commentary by the cast (SDH)", "Kommentar der Regie",
        "Audiokommentar", "Kommentar", "Commentaires", "Comentarios del director", "Comentário", "Commento del regista",
        "Комментарии", "Komentarz", "コメンタリー",
    ),
    Purpose.DESCRIBED: (
        "Audio description", "Audio description (text)", "Audio-Description", "English audiodescription", "English AD",
        "English [AD]", "AD", "Descriptions", "English descriptions", "Text descriptions", "DVS", "Described video",
        "Descriptive audio (text)", "For the blind", "Visually impaired", "Audiodeskription",
        "Deutsch (Audiodeskription)",
        "Hörfilmfassung", "Für Blinde und Sehbehinderte", "Audiodescription", "Description audio", "Pour les aveugles",
        "Audiodescripción", "Descripción de audio", "Para ciegos", "Audiodescrição", "Audiodescrizione", "Non vedenti",
        "Audiobeschrijving", "Audiodescriptie", "Syntolkning", "Synstolkning", "Synstolking", "Kuvailutulkkaus",
        "Audiodeskrypcja", "Zvukový popis", "Audionarráció", "Sesli betimleme", "Тифлокомментарий", "Аудиодескрипция",
        "Аудіодескрипція", "Тифлокоментар", "Ακουστική περιγραφή", "音声ガイド", "口述影像", "화면해설",
        "وصف صوتي", "תיאור קולי",
        "Mô tả âm thanh", "Deskripsi audio", "ऑडियो विवरण",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("purpose", "title"), [(purpose, title) for purpose, many in TITLES.items() for title in many])
def test_a_title_tells_what_a_track_is_for(purpose: Purpose, title: str) -> None:
    for form in (title, title.upper(), unicodedata.normalize("NFD", title)):
        assert purpose_of(track(title=form)) is purpose, form


def track(**told: bool | str) -> Stream:
    return Stream(index=1, kind=StreamKind.TEXT, codec="subrip", language="eng", **told)


def test_flags_tell_it_too() -> None:
    assert purpose_of(track(forced=True)) is Purpose.FORCED
    assert purpose_of(track(hearing_impaired=True)) is Purpose.HEARING_IMPAIRED
    assert purpose_of(track(commentary=True, title="English")) is Purpose.COMMENTARY
    assert purpose_of(track(forced=True, title="Full Subtitles")) is Purpose.FULL, "the flag makes players show it"
    assert purpose_of(track(descriptions=True, title="English SDH")) is Purpose.DESCRIBED
    assert purpose_of(track(hearing_impaired=True, title="Descriptive text")) is Purpose.HEARING_IMPAIRED
