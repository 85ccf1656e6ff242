"""The styles of the sketch composer, as data. What the names of figures, lines, grooves and cells mean stands in
`harmony`, `bass`, `drums` and `melody`; how words lead to a style in `words`.

A progression is a string of bars parted by "|", each with one chord or several; chords are degrees: see
`theory.chord`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """One instrument that plays harmony."""

    role: str  # "chords", "pad", "arpeggio" or "counter"
    program: int
    figure: str
    centre: int = 60
    pan: float = 0.0
    gain: float = 0.0
    energy: float = 0.0  # it plays in sections of at least this energy


@dataclass(frozen=True)
class Songbook:
    """Progressions to choose from, for one family of modes."""

    verse: tuple[str, ...]
    chorus: tuple[str, ...]
    bridge: tuple[str, ...]


@dataclass(frozen=True)
class Style:
    """Everything that makes a style."""

    name: str
    words: tuple[str, ...]
    bpm: tuple[float, float]
    modes: tuple[str, ...]  # chosen at random; more often what stands here twice
    layers: tuple[Layer, ...]
    lead: int  # program
    cells: str
    bass: int
    line: str
    groove: str = ""  # none: no drums
    kit: int = 0
    metre: tuple[int, int] = (4, 4)
    swing: float = 0.5  # where the second of two eighths (or sixteenths) falls; 0.67 is a triplet
    swing_unit: float = 0.5  # in beats: 0.5 eighths, 0.25 sixteenths
    extension: str = "triad"
    major: Songbook | None = None
    minor: Songbook | None = None
    form: str = "song"  # "song", "dance", "theme" or "drift"
    block: int = 8  # bars of a section, when there is room
    lead_centre: int = 72
    lead_gain: float = 0.0
    lead_energy: float = 0.5
    tones: str = "scale"  # what a melody is made of: "scale", "pentatonic" or "blues"
    bass_gain: float = 0.0
    drum_gain: float = 0.0
    loose: float = 0.008  # seconds by which a player is early or late
    touch: int = 8  # by how much strokes differ
    reverb: float = 0.25
    room: float = 1.2  # seconds until it has died away
    tilt: float = 0.0  # dB: below 0 darker
    squeeze: float = 0.3  # how much the bus compressor does
    walks: bool = False  # the bass walks
    tonics: str = "C D E F G A Bb"  # in which players of the style are at home


COMMON_MAJOR = Songbook(
    verse=("1|5|6|4", "1|4|6|5", "1|3|4|5", "6|4|1|5"),
    chorus=("4|5|1|6", "1|5|6|4", "4|1|5|6"),
    bridge=("2|4|6|5", "6|3|4|5", "4|4|2|5"),
)
COMMON_MINOR = Songbook(
    verse=("1|1|6|7", "1|4|1|5:maj", "1|7|6|5:maj", "1|6|4|5:maj", "1|5|1|7"),
    chorus=("1|6|1|7", "6|7|1|1", "1|4|6|5:maj", "1|6|7|1"),
    bridge=("4|1|6|5:maj", "4|1|5:maj|1", "4|6|7|5:maj"),
)
_JAZZ_MAJOR = Songbook(
    verse=("2:m7|5:7|1:maj7|6:m7", "1:maj7|6:7|2:m7|5:7", "1:maj7 6:7|2:m7 5:7|3:m7 6:7|2:m7 5:7"),
    chorus=("4:maj7|b7:7|1:maj7|6:7", "2:m7|5:7|3:m7 6:7|2:m7 5:7"),
    bridge=("3:7|6:7|2:7|5:7", "4:maj7|4:m6|1:maj7 6:7|2:m7 5:7"),
)
_JAZZ_MINOR = Songbook(
    verse=("1:m7|4:7|2:m7b5|5:7", "1:m6|2:m7b5 5:7|1:m7|2:m7b5 5:7"),
    chorus=("4:m7|7:7|3:maj7|5:7", "6:maj7|2:m7b5 5:7|1:m7|1:m6"),
    bridge=("4:m7|7:7|3:maj7|6:maj7", "4:m7|1:m7|2:m7b5|5:7"),
)
ANCHORS = {  # by whether the key is minor; for when nothing else makes the key clear
    False: Songbook(("1|4|1|5", "1|1|4|5"), ("1|5|1|4", "1|4|5|1"), ("4|1|5|1",)),
    True: Songbook(("1|4|1|5:maj", "1|1|4|1"), ("1|5:maj|1|4", "1|1|5:maj|1"), ("4|1|5:maj|1",)),
}
_BLUES = Songbook(
    verse=(
        "1:7|4:7|1:7|1:7|4:7|4:7|1:7|1:7|5:7|4:7|1:7|1:7 5:7",
        "1:7|1:7|1:7|1:7|4:7|4:7|1:7|1:7|5:7|4:7|1:7|5:7",
    ),
    chorus=("1:7|4:7|1:7|1:7|4:7|4:7|1:7|1:7|5:7|4:7|1:7|1:7 5:7",),
    bridge=("4:7|4:7|1:7|1:7|4:7|4:7|1:7|1:7|5:7|4:7|1:7|5:7",),
)
_BLUES_MINOR = Songbook(
    verse=("1:m7|4:m7|1:m7|1:m7|4:m7|4:m7|1:m7|1:m7|6:maj7|5:7|1:m7|1:m7 5:7",),
    chorus=("1:m7|1:m7|1:m7|1:m7|4:m7|4:m7|1:m7|1:m7|6:maj7|5:7|1:m7|5:7",),
    bridge=("4:m7|4:m7|1:m7|1:m7|4:m7|4:m7|1:m7|1:m7|6:maj7|5:7|1:m7|5:7",),
)
_CLASSICAL_MAJOR = Songbook(
    verse=("1|5:7|1|4 5:7", "1|4|5:7|1", "1 4|1 5|6 2|5"),
    chorus=("4|1|2 5:7|1", "1|6|2|5:7"),
    bridge=("6|3|4|5:7", "2:7|5|6|2 5:7"),
)
_CLASSICAL_MINOR = Songbook(
    verse=("1|5:7|1|4 5:7", "1|4|5:7|1", "1 7|6 5:maj|1 4|5:maj"),
    chorus=("6|4|5:7|1", "1|4|5:7|1"),
    bridge=("4|1|6|5:7", "6|4|1 5:7|1"),
)
_FOLK_MAJOR = Songbook(
    verse=("1|4|1|5", "1|1|4|1", "1|5|4|1"), chorus=("4|1|5|1", "4|5|1|6"), bridge=("6|4|1|5", "2|5|4|1")
)
_EDM_MINOR = Songbook(
    verse=("1|1|6|7", "1|1|1|7", "1|1|4|5"), chorus=("6|7|1|1", "1|6|1|7", "1|4|1|5"), bridge=("4|6|1|5:maj", "4|1|7|1")
)
_VAMP_MINOR = Songbook(verse=("1|1|1|1", "1|1|1|7", "1|1|6|1"), chorus=("1|1|6|7", "1|1|4|1"), bridge=("4|4|1|1",))

STYLES: tuple[Style, ...] = (
    Style(
        "pop", ("pop", "pop song", "chart", "radio", "indie pop", "indie", "k pop", "singer songwriter", "ballad"),
        (104, 112), ("major", "major", "major", "minor"),
        (
            Layer("chords", 0, "push", 62, -0.15),
            Layer("pad", 48, "hold", 64, 0.1, -6, 0.7),
            Layer("arpeggio", 27, "eighths", 64, 0.35, -5, 0.6),
        ),
        lead=81, cells="song", bass=33, line="pop", groove="pop", lead_gain=-1,
        tonics="C G",
        tilt=-2,
    ),
    Style(
        "lofi", ("lofi", "lo fi", "lofi hip hop", "lo fi hip hop", "chillhop", "study beats", "chill beats"),
        (72, 79), ("minor", "minor", "major"),
        (Layer("chords", 4, "lazy", 60, -0.1, 1), Layer("pad", 89, "hold", 60, 0.0, -7, 0.6)),
        lead=11, cells="lazy", bass=33, line="lofi", groove="lofi", kit=0, swing=0.6, swing_unit=0.25,
        extension="ninth", major=_JAZZ_MAJOR, tones="pentatonic", loose=0.012, touch=10, tilt=-4, reverb=0.2,
        lead_gain=-3, drum_gain=-1,
        minor=Songbook(
            ("1:m9|4:m9|1:m9|5:m7", "6:maj7|5:7|1:m9|1:m7"),
            ("4:m9|5:7|1:m9|1:m7", "1:m9|6:maj7|4:m9|5:7"),
            ("6:maj7|5:7|1:m9|1:m9",)
        ),
        tonics="D A",
    ),
    Style(
        "rock",
        (
            "rock", "hard rock", "punk", "punk rock", "grunge", "alternative", "garage rock", "classic rock",
            "rock and roll",
        ),
        (138, 146), ("major", "major", "mixolydian"),
        (
            Layer("chords", 29, "drive", 52, -0.6, -1),
            Layer("chords", 30, "power", 50, 0.6, -4, 0.55),
            Layer("pad", 16, "hold", 64, 0.1, -8, 0.85),
        ),
        lead=30, cells="riff", bass=34, line="drive", groove="rock", kit=16, extension="triad", tones="pentatonic",
        lead_gain=-2, reverb=0.15, drum_gain=1, squeeze=0.5,
        major=Songbook(("1|5|6|4", "1|4|1|5", "1|b7:maj|4|1"), ("1|5|6|4", "4|1|5|5"), ("6|4|1|5", "2|4|1|5")),
        tonics="E A",
        tilt=-3,
    ),
    Style(
        "ambient",
        (
            "ambient", "drone", "atmospheric", "meditation", "soundscape", "space", "new age", "sleep", "spa",
            "yoga",
        ),
        (58, 66), ("major", "lydian"),
        (
            Layer("pad", 89, "swell", 57, -0.2, 2),
            Layer("pad", 95, "swell", 69, 0.3, -5, 0.35),
            Layer("arpeggio", 88, "drops", 76, 0.2, -4, 0.3),
        ),
        lead=88, cells="sparse", bass=39, line="hold", extension="ninth", form="drift", tones="pentatonic",
        reverb=0.6, room=3.5, lead_gain=-5, tilt=-3, squeeze=0.1, bass_gain=-5, loose=0.02,
        major=Songbook(("1|1|4|4", "1|1|6|6", "1|4|1|4"), ("4|4|1|1", "4|1|6|5:sus4"), ("6|6|4|4",)),
        minor=Songbook(("1|1|6|6", "1|1|4|4"), ("6|6|1|1", "6|3|7|1"), ("4|4|6|6",)),
        tonics="D A",
    ),
    Style(
        "cinematic",
        (
            "cinematic", "film", "film score", "movie", "trailer", "soundtrack", "score", "fantasy", "adventure",
        ),
        (88, 96), ("minor",),
        (
            Layer("chords", 48, "ostinato", 62, -0.3, 0),
            Layer("pad", 60, "hold", 57, 0.25, -2, 0.4),
            Layer("pad", 52, "hold", 67, 0.0, -4, 0.7),
            Layer("counter", 61, "hold", 60, 0.1, -4, 0.8),
        ),
        lead=60, cells="broad", bass=42, line="hold", groove="cinematic", kit=48, reverb=0.45, room=2.6,
        lead_centre=67, squeeze=0.2, loose=0.012, bass_gain=1,
        minor=Songbook(
            ("1|1|6|7", "1|6|4|5:maj", "1|1|4|5:maj"), ("1|6|1|5:maj", "6|7|1|1", "1|b2:maj|1|5:maj"), ("4|1|6|5:maj",)
        ),
        major=Songbook(("1|6|4|5", "1|3|4|1"), ("4|5|6|1", "1|5|2|4"), ("6|4|2|5",)),
        tonics="C G",
        tilt=-3,
    ),
    Style(
        "jazz", ("jazz", "swing", "bebop", "cool jazz", "smooth jazz", "jazz club", "big band", "lounge", "noir"),
        (134, 146), ("major",),
        (Layer("chords", 0, "comp", 60, -0.3, -1), Layer("chords", 26, "four", 57, 0.4, -8, 0.65)),
        lead=66, cells="swing", bass=32, line="walk", groove="swing", kit=32, swing=0.65, extension="seventh",
        major=_JAZZ_MAJOR, minor=_JAZZ_MINOR, walks=True, loose=0.01, touch=12, reverb=0.18, lead_centre=66,
        bass_gain=2, drum_gain=-2, squeeze=0.15,
        tonics="Bb Eb",
        tilt=-7,
    ),
    Style(
        "bossa nova", ("bossa nova", "bossa", "samba", "brazilian", "latin", "latin jazz", "tropical jazz"),
        (122, 130), ("major", "major", "minor"),
        (Layer("chords", 24, "bossa", 59, -0.25, 2), Layer("pad", 48, "hold", 65, 0.2, -9, 0.75)),
        lead=73, cells="bossa", bass=32, line="bossa", groove="bossa", kit=40, extension="seventh",
        major=Songbook(
            ("1:maj9|1:maj9|2:7|2:7|2:m7|5:7|1:maj7|5:7", "1:maj7|6:7|2:m9|5:7"),
            ("4:maj7|4:m6|3:m7|6:7", "2:m9|5:13|1:maj9|6:m7"), ("4:maj7|b7:9|1:maj7|1:maj7|2:m7|5:7|1:maj7|5:7",),
        ),
        minor=_JAZZ_MINOR, reverb=0.2, lead_centre=74, squeeze=0.1, drum_gain=-3,
        tonics="F C",
        tilt=-3,
    ),
    Style(
        "techno", ("techno", "minimal", "acid", "rave", "industrial", "hardcore", "warehouse"),
        (130, 136), ("minor", "minor", "phrygian"),
        (Layer("chords", 90, "stabs", 60, -0.2, 2, 0.35), Layer("arpeggio", 38, "sixteenths", 48, 0.15, 4, 0.3)),
        lead=80, cells="hook", bass=38, line="pulse", groove="techno", kit=24, form="dance", minor=_VAMP_MINOR,
        major=Songbook(("1|1|1|1", "1|1|1|b7:maj"), ("1|1|4|1",), ("4|4|1|1",)),
        loose=0.0, touch=3, reverb=0.2, lead_energy=0.8, lead_gain=-4, squeeze=0.6, drum_gain=0, room=1.0,
        tonics="F C",
        tilt=4,
    ),
    Style(
        "house",
        (
            "house", "deep house", "disco", "nu disco", "garage", "dance", "edm", "club", "electronic", "electro",
            "eurodance", "trance", "party",
        ),
        (121, 125), ("minor", "minor", "dorian"),
        (
            Layer("chords", 0, "house", 62, -0.2, 2),
            Layer("pad", 90, "hold", 64, 0.2, -7, 0.6),
            Layer("arpeggio", 48, "octaves", 72, 0.3, -8, 0.85),
        ),
        lead=81, cells="hook", bass=39, line="offbeat", groove="house", kit=24, form="dance", extension="seventh",
        minor=_EDM_MINOR, loose=0.002, touch=5, lead_energy=0.7, lead_gain=-4, squeeze=0.5, drum_gain=1,
        tonics="A E",
        tilt=-5,
    ),
    Style(
        "drum and bass", ("drum and bass", "drum n bass", "dnb", "d n b", "jungle", "liquid", "breakbeat", "breakcore"),
        (171, 176), ("minor", "minor", "dorian"),
        (Layer("pad", 89, "hold", 62, -0.2, 0), Layer("chords", 4, "stabs", 64, 0.25, -5, 0.55)),
        lead=88, cells="long", bass=39, line="reese", groove="dnb", kit=24, form="dance", extension="seventh",
        minor=_EDM_MINOR, loose=0.002, touch=8, lead_gain=-5, squeeze=0.5, drum_gain=2, reverb=0.3, bass_gain=2,
        tonics="G D",
        tilt=0,
    ),
    Style(
        "waltz", ("waltz", "viennese waltz", "ballroom", "three four", "musette", "carousel"),
        (150, 162), ("major", "major", "major", "minor"),
        (Layer("chords", 48, "oom-pah", 62, -0.3, 0), Layer("pad", 60, "hold", 55, 0.3, -6, 0.5)),
        lead=40, cells="waltz", bass=32, line="one", metre=(3, 4), major=_CLASSICAL_MAJOR, minor=_CLASSICAL_MINOR,
        reverb=0.35, room=1.8, lead_centre=76, loose=0.012, touch=10, squeeze=0.1, bass_gain=1, groove="waltz", kit=48,
        drum_gain=-6,
        tonics="D G",
        tilt=-1,
    ),
    Style(
        "folk",
        (
            "folk", "acoustic folk", "campfire", "irish", "celtic", "scottish", "medieval", "sea shanty",
            "americana", "acoustic ballad",
        ),
        (100, 108), ("major", "major", "mixolydian"),
        (
            Layer("chords", 25, "pick", 58, -0.25, 3),
            Layer("chords", 24, "strum", 60, 0.35, -3, 0.65),
            Layer("counter", 21, "hold", 62, 0.1, -6, 0.75),
        ),
        lead=40, cells="folk", bass=32, line="two", groove="shaker", kit=40, major=_FOLK_MAJOR, reverb=0.2,
        minor=Songbook(("1|7|1|7", "1|7|1|5", "1|4|7|1"), ("1|7|1|5", "4|1|7|1"), ("4|1|7|1",)),
        loose=0.012, touch=10, squeeze=0.1, drum_gain=-4, bass_gain=-2, lead_centre=71,
        tonics="G D",
        tilt=-1,
    ),
    Style(
        "blues",
        (
            "blues", "rhythm and blues", "r and b", "delta blues", "slow blues", "shuffle", "boogie",
            "boogie woogie",
        ),
        (86, 94), ("mixolydian",),
        (Layer("chords", 27, "shuffle", 55, -0.35, 1), Layer("chords", 16, "hold", 62, 0.3, -8, 0.65)),
        lead=22, cells="blues", bass=33, line="walk", groove="shuffle", kit=0, swing=0.667, extension="seventh",
        major=_BLUES, minor=_BLUES_MINOR, block=12, tones="blues", walks=True, loose=0.012, touch=12, reverb=0.15,
        lead_centre=69, squeeze=0.2,
        tonics="A E",
        tilt=-2,
    ),
    Style(
        "reggae", ("reggae", "dub", "ska", "rocksteady", "roots", "dancehall", "jamaican", "island"),
        (72, 79), ("major", "major", "major", "minor"),
        (
            Layer("chords", 27, "skank", 65, -0.35, 4),
            Layer("chords", 16, "bubble", 62, 0.35, -3, 0.45),
        ),
        lead=56, cells="lazy", bass=33, line="reggae", groove="one drop", kit=0, swing=0.56, swing_unit=0.25,
        major=Songbook(("1|4|1|5", "1|2|1|2", "1|5|6|4"), ("4|5|1|1", "1|4|5|4"), ("6|2|4|5",)),
        minor=Songbook(("1|4|1|4", "1|7|1|7"), ("1|7|6|7", "4|1|4|1"), ("6|7|1|1",)),
        lead_gain=-4, bass_gain=4, reverb=0.25, loose=0.01,
        tonics="G C",
        tilt=-4,
    ),
    Style(
        "funk", ("funk", "funky", "soul", "motown", "groove", "groovy", "70s", "afrobeat"),
        (104, 110), ("dorian",),
        (
            Layer("chords", 28, "scratch", 62, -0.4, 0),
            Layer("chords", 16, "hits", 64, 0.3, -3, 0.5),
            Layer("counter", 61, "brass", 67, 0.1, -2, 0.65),
        ),
        lead=65, cells="funk", bass=36, line="funk", groove="funk", kit=0, extension="ninth", swing=0.54,
        swing_unit=0.25, tones="pentatonic", loose=0.006, touch=12, reverb=0.1, bass_gain=2, lead_gain=-2, squeeze=0.4,
        minor=Songbook(("1:m9|1:m9|1:m9|1:m9 4:9", "1:m7|4:9|1:m7|4:9"), ("4:9|1:m9|4:9|1:m9",), ("7:9|7:9|4:9|4:9",)),
        major=Songbook(("1:9|1:9|1:9|1:9 4:9", "1:9|4:9|1:9|4:9"), ("4:9|1:9|4:9|1:9",), ("b7:9|b7:9|4:9|4:9",)),
        tonics="E A",
        tilt=3,
    ),
    Style(
        "chiptune",
        (
            "chiptune", "8 bit", "8bit", "eight bit", "video game", "game", "arcade", "retro game", "nes", "gameboy",
        ),
        (148, 156), ("major",),
        (Layer("arpeggio", 80, "chip", 67, -0.35, -3), Layer("counter", 80, "eighths", 60, 0.35, -8, 0.7)),
        lead=80, cells="bouncy", bass=38, line="octaves", groove="chip", kit=24, loose=0.0, touch=0, reverb=0.03,
        room=0.5, lead_gain=0, lead_centre=79, squeeze=0.3, tilt=5,
        major=Songbook(("1|5|6|4", "1|4|5|1", "1|b7:maj|4|5"), ("4|5|3|6", "4|5|1|1"), ("6|4|5|5", "2|5|3|6")),
        tonics="A E",
    ),
    Style(
        "metal", ("metal", "heavy metal", "thrash", "death metal", "djent", "doom", "metalcore", "hardcore punk"),
        (156, 168), ("minor", "minor", "phrygian"),
        (
            Layer("chords", 30, "chug", 45, -0.8, -3),
            Layer("chords", 30, "chug", 45, 0.8, -3),
            Layer("counter", 29, "hold", 60, 0.0, 2, 0.5),
        ),
        lead=29, cells="shred", bass=34, line="chug", groove="metal", kit=16, extension="triad", loose=0.003, touch=5,
        minor=Songbook(
            ("1|1|b2:maj|1", "1|1|1|7", "1|1|4|1"), ("1|6|1|5", "6|7|1|1", "1|1|6|5"), ("4|1|5|1", "4|1|6|5"),
        ),
        lead_gain=-4, drum_gain=2, reverb=0.12, squeeze=0.6, lead_centre=74, lead_energy=0.55, bass_gain=3,
        tonics="E A",
        tilt=-1,
    ),
    Style(
        "classical piano",
        (
            "classical", "sonata", "nocturne", "romantic piano",
            "baroque", "prelude", "etude",
        ),
        (88, 100), ("major", "major", "major", "minor"),
        (Layer("chords", 0, "alberti", 57, -0.1, -4),),
        lead=0, cells="classical", bass=0, line="hold", major=_CLASSICAL_MAJOR, minor=_CLASSICAL_MINOR, form="theme",
        reverb=0.25, room=1.6, lead_centre=76, loose=0.012, touch=10, squeeze=0.0, lead_energy=0.0, bass_gain=-3,
        tonics="C F",
        tilt=-3,
    ),
    Style(
        "march",
        (
            "orchestral march", "march", "military", "marching band", "parade", "anthem", "fanfare", "orchestral",
            "orchestra", "symphonic", "symphony",
        ),
        (112, 118), ("major", "major", "major", "minor"),
        (
            Layer("chords", 61, "oom-pah", 58, 0.3, -2),
            Layer("pad", 48, "hold", 64, -0.3, -3, 0.6),
            Layer("counter", 60, "hold", 60, 0.2, -3, 0.7),
        ),
        lead=56, cells="march", bass=57, line="two", groove="march", kit=48, major=_CLASSICAL_MAJOR,
        minor=_CLASSICAL_MINOR, reverb=0.35, room=2.0, lead_centre=72, squeeze=0.15, form="theme", drum_gain=0,
        tonics="Bb Eb",
        tilt=0,
    ),
    Style(
        "country", ("country", "bluegrass", "western", "honky tonk", "hoedown", "cowboy", "nashville"),
        (112, 120), ("major",),
        (
            Layer("chords", 25, "boom-chick", 57, -0.3, 3),
            Layer("arpeggio", 105, "roll", 64, 0.4, -2, 0.45),
            Layer("chords", 27, "hits", 62, 0.2, -6, 0.75),
        ),
        lead=40, cells="country", bass=33, line="two", groove="train", kit=40, major=_FOLK_MAJOR, loose=0.008,
        reverb=0.12, lead_centre=74, tones="pentatonic", swing=0.54, squeeze=0.2, drum_gain=-2,
        tonics="D A",
        tilt=2,
    ),
    Style(
        "trap", ("trap", "hip hop", "rap", "drill", "boom bap", "beats", "grime", "phonk"),
        (136, 142), ("minor", "minor", "harmonic minor"),
        (Layer("arpeggio", 10, "bells", 74, 0.2, 3), Layer("pad", 52, "hold", 60, -0.2, 0, 0.45)),
        lead=108, cells="sparse", bass=39, line="808", groove="trap", kit=25, minor=_EDM_MINOR, loose=0.002, touch=6,
        bass_gain=3, lead_gain=-2, drum_gain=0, reverb=0.25, squeeze=0.5, lead_energy=0.7, tilt=-7,
        tonics="C# F#",
    ),
    Style(
        "synthwave",
        (
            "synthwave", "retrowave", "outrun", "80s", "eighties", "synth pop", "synthpop", "vaporwave", "new wave",
            "cyberpunk", "darkwave",
        ),
        (96, 104), ("minor",),
        (
            Layer("pad", 90, "hold", 62, -0.1, -2),
            Layer("arpeggio", 81, "sixteenths", 64, 0.35, -8, 0.5),
            Layer("pad", 89, "hold", 57, 0.2, -5, 0.7),
        ),
        lead=81, cells="broad", bass=38, line="drive", groove="synthwave", kit=24, loose=0.0, touch=4, reverb=0.35,
        room=2.0, lead_gain=-3, lead_centre=74, squeeze=0.4, drum_gain=1,
        minor=Songbook(
            ("1|1|6|7", "1|7|6|1", "1|6|7|1"), ("6|7|1|1", "1|7|1|6", "1|4|1|5"), ("4|1|6|5", "4|6|1|5:maj"),
        ),
        tonics="F# B",
        tilt=-6,
    ),
)  # fmt: skip

BY_NAME = {style.name: style for style in STYLES}
DEFAULT = "pop"
