"""What engines and the layers below say in English is said in German in the window, with what was filled in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from studio.errors import StudioError
from studio.ui import language
from studio.ui.bridge.notices import Banner, Notices
from studio.ui.told import told, told_hint, told_of


@pytest.fixture
def german() -> Iterator[None]:
    language.use("de")
    yield
    language.use("en")


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("This model makes at most 46.4 seconds.", "Dieses Modell erzeugt höchstens 46,4 Sekunden."),
        ("MusicGen does not sing: the lyrics are left out.", "MusicGen singt nicht: Der Liedtext wird weggelassen."),
        (
            "A stretch was silent, also after 2 further tries; the best was kept.",
            "Ein Abschnitt war still, auch nach 2 weiteren Versuchen; der beste wurde behalten.",
        ),
        (
            "Did you mean bridge? There are: Intro, Verse.",
            "Ist „bridge“ gemeint? Es gibt: Intro, Verse.",
        ),
        (
            "Something new happened. Choose a shorter duration. Another new thing.",
            "Something new happened. Eine kürzere Dauer wählen. Another new thing.",
        ),
        (
            "The lyrics have 5,012 sounds; the model reads at most 4,096.",
            "Der Liedtext hat 5.012 Laute; das Modell liest höchstens 4.096.",
        ),
        ("Something new happened", "Something new happened"),
        (
            "The mask cannot be read. Choose another file.",
            "Die Maske lässt sich nicht lesen. Eine andere Datei wählen.",
        ),
        (
            "3 lines have one syllable more or less than 8: no better rhyme was found.",
            "3 Zeilen haben eine Silbe mehr oder weniger als 8: Ein besserer Reim fand sich nicht.",
        ),
        (
            "There is no MusicGen in /home/a.b: config.json is missing.",
            "In /home/a.b liegt kein MusicGen: Es fehlt config.json.",
        ),
        (
            "The engine dia ended in the middle of its work with an abort (SIGABRT). The result is whole.",
            "Die Engine dia endete mitten in der Arbeit mit einem Abbruch (SIGABRT). Das Ergebnis ist unversehrt.",
        ),
        (
            "rain.wav could not be stored in the library: the disk is full.",
            "rain.wav ließ sich nicht in der Bibliothek ablegen: Der Datenträger ist voll.",
        ),
        (
            "The project could not be saved: Input/output error.",
            "Das Projekt ließ sich nicht speichern: Input/output error.",
        ),
        (
            "The engine dia needs the pack dia, which is not installed.",
            "Die Engine dia braucht das Paket dia, das nicht installiert ist.",
        ),
        (
            "There is not enough room on the disk of /home: 12.5 GB are needed, 3.0 GB are free.",
            "Auf dem Datenträger von /home ist nicht genug Platz: 12,5 GB werden gebraucht, 3,0 GB sind frei.",
        ),
        ("Install Python 3.11, then try again.", "Python 3.11 installieren, dann noch einmal versuchen."),
        ("The engine dia did what nobody knows.", "The engine dia did what nobody knows."),
        ("Clip c3 is locked. Unlock it first.", "Clip c3 ist gesperrt. Zuerst entsperren."),
        ("Export", "Export"),
        ("Voices", "Voices"),
        ("Fade in is missing or damaged.", "Fade in fehlt oder ist beschädigt."),
        ("There is no voice 3.5 Anna.", "Es gibt keine Stimme 3.5 Anna."),
        ("", ""),
        ("x. " * 600, "x. " * 600),
        ("x" * 5000, "x" * 5000),
    ],
)
def test_sentences_are_said_in_german_with_their_numbers_and_names(english: str, said: str) -> None:
    assert told(english) == said


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    "hostile",
    [
        "The size was " + "xx" * 480 + "x; " * 100 + "x takes " * 60 + "q",
        "Write a SPEAKER=" + ", for example " * 60 + " " * 500 + "=" * 500,
        "The setting a is a number from " + " to " * 200 + ", not " * 150,
        "x: " * 660,
    ],
)
def test_a_text_made_to_be_slow_comes_back(hostile: str) -> None:
    assert len(told(hostile)) > 1000  # a search that tries all ways would take hours


def test_in_english_a_sentence_stays_as_it_came() -> None:
    assert told("Choose a shorter duration.") == "Choose a shorter duration."


@pytest.mark.usefixtures("german")
def test_a_banner_says_an_error_in_german_and_is_known_by_its_english(qapp: object) -> None:
    del qapp
    notices, seen = Notices(), list[Banner]()
    notices.banner.connect(seen.append)
    notices.tell(StudioError("There is no song to work on.", "Name its file."))
    (banner,) = seen
    assert (banner.message, banner.hint) == (
        "Es gibt keinen Song, der bearbeitet werden könnte.",
        "Seine Datei nennen.",
    )
    assert banner.key == "There is no song to work on."


@pytest.mark.usefixtures("german")
def test_an_error_says_what_happened_and_what_to_do() -> None:
    assert told_of(StudioError("The text is empty.", "Write something to say.")) == (
        "Der Text ist leer. Etwas schreiben, das gesprochen werden soll."
    )
    assert told_of(StudioError("The text is empty.")) == "Der Text ist leer."


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ("Try again.", "Erneut versuchen."),
        ("Run `studio engines repair` with an engine of it.", ""),
        ("Leave out --sizes.", ""),
        ("--sizes 512 is one.", ""),
        ("", ""),
    ],
)
def test_whoever_clicks_is_not_told_to_type_a_command(hint: str, said: str) -> None:
    assert told_hint(StudioError("It did not work.", hint)) == said
