"""Old encodings of every system, told by the letters that a language has, whether it is known which or not."""

import pytest

from film.words.subtitles.charsets import decode

SAID = {
    "cs": ("Ahoj, jak se máš, příteli? Čekal jsem až do půlnoci, žluťoučký kůň.", "cp1250 iso8859_2 cp852"),
    "pl": ("Cześć, gdzie byłeś? Czekałem na ciebie do północy, żółć.", "cp1250 iso8859_2 cp852 mac_latin2"),
    "hu": ("Szia, hősöm! Éjfélig vártam rád, kedves tűz.", "cp1250 iso8859_2 cp852"),
    "ro": ("Bună, băiete! Te-am aşteptat până la miezul nopţii.", "cp1250 iso8859_2"),
    "sr": ("Gde si bio sinoć, dečko? Čekao sam te do ponoći, šta da kažem.", "cp1250"),
    "tr": ("Dün gece neredeydin, şaşkın? Gece yarısına kadar bekledim, ağabey.", "cp1254 cp857 mac_turkish"),
    "lt": ("Labas, drauguželi! Kur buvai, ąžuole? Laukiau tavęs iki vidurnakčio.", "cp1257"),
    "fr": ("Où étais-tu hier soir, bête ? C’est sûr, ça va, mon frère.", "cp1252 mac_roman"),
    "is": ("Hvar varstu í gærkvöldi? Ég beið eftir þér, það er góði.", "cp1252 mac_iceland"),
    "ru": ("Привет, как дела? Я ждал тебя до полуночи.", "cp1251 koi8-r cp866 iso8859_5 mac_cyrillic"),
    "el": ("Γεια σου, τι κάνεις; Σε περίμενα ως τα μεσάνυχτα.", "cp1253 cp737 mac_greek"),
    "ar": ("مرحبا، كيف حالك؟ انتظرتك حتى منتصف الليل.", "cp1256 iso8859_6"),
    "zh": ("你好，你怎么样？我一直等你到半夜。", "gb18030 hz"),
}


@pytest.mark.parametrize("language", SAID)
def test_a_text_comes_back_from_the_encodings_of_its_language(language: str) -> None:
    text, encodings = SAID[language]
    for encoding in encodings.split():
        data = f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n".encode(encoding)
        assert decode(data, language)[0] == data.decode(encoding), encoding
        if language not in {"el", "ar", "ru"}:  # of a few words in these scripts nobody can tell
            assert decode(data)[0] == data.decode(encoding), encoding


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Don’t go", "cp1252"), ("Café society\nIt’s fine — really", "cp1252"), ("ПРИВЕТ, КАК ДЕЛА?", "cp1251")],
)
def test_a_few_letters_are_no_other_script(text: str, encoding: str) -> None:
    assert decode(f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n".encode(encoding))[0].splitlines()[2:] == text.split(
        "\n"
    )


@pytest.mark.parametrize("taken_for", ["cp1252", "cp1250", "cp1251"])
def test_utf8_that_was_encoded_twice_is_read(taken_for: str) -> None:
    text = "Ça été ? C'est œuvre" if taken_for == "cp1252" else "Где мой ёж?" if taken_for == "cp1251" else "Żółć, Łódź"
    garbled = "".join(bytes([byte]).decode(taken_for, "ignore") or chr(byte) for byte in text.encode())
    assert garbled != text and decode(garbled.encode())[0] == text
    assert decode(text.encode())[0] == text


def test_files_of_two_encodings_joined_by_bytes_are_read_row_by_row() -> None:
    data = "Été\nThere\n".encode() + "C'est la forêt\n".encode("cp1252")
    assert decode(data, "fr")[0] == "Été\nThere\nC'est la forêt\n"
