"""The instruments of the sketch composer: which words mean them, where they play well, how loud they are. Data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Instrument:
    """One instrument of the General MIDI list, and what an arranger knows of it."""

    program: int
    name: str
    low: int  # the range in which it sounds well
    high: int
    words: tuple[str, ...] = ()  # by which people ask for it, besides its name
    family: str = "keys"  # where it stands in a piece when it is asked for: see `words`
    gain: float = 0.0  # dB that bring it level with the others
    sustains: bool = False  # holds a tone as long as the key is down


_TABLE = (
    Instrument(0, "Grand piano", 33, 100, ("piano",)),
    Instrument(4, "Electric piano", 36, 96, ("rhodes", "e piano", "epiano")),
    Instrument(10, "Music box", 60, 96, ("music box", "celesta"), "bell", -2.0),
    Instrument(11, "Vibraphone", 53, 89, ("vibes", "glockenspiel"), "bell"),
    Instrument(12, "Marimba", 48, 91, ("xylophone",), "bell"),
    Instrument(16, "Organ", 36, 96, ("hammond",), "keys", -2.0, sustains=True),
    Instrument(21, "Accordion", 53, 89, ("concertina",), "melodic", -2.0, sustains=True),
    Instrument(22, "Harmonica", 60, 84, (), "melodic", -1.0, sustains=True),
    Instrument(24, "Nylon guitar", 40, 83, ("classical guitar", "spanish guitar", "ukulele"), "guitar"),
    Instrument(25, "Steel guitar", 40, 83, ("guitar", "guitars", "acoustic guitar", "acoustic"), "guitar"),
    Instrument(26, "Jazz guitar", 40, 86, (), "guitar"),
    Instrument(27, "Clean guitar", 40, 86, ("electric guitar",), "guitar"),
    Instrument(28, "Muted guitar", 40, 86, (), "guitar"),
    Instrument(29, "Overdriven guitar", 40, 86, ("overdrive",), "guitar", -3.0, sustains=True),
    Instrument(30, "Distorted guitar", 40, 86, ("distortion", "distorted", "heavy guitar"), "guitar", -4.0,
        sustains=True),
    Instrument(32, "Double bass", 28, 55, ("upright bass", "contrabass"), "bass"),
    Instrument(33, "Finger bass", 28, 55, ("electric bass", "bass guitar"), "bass"),
    Instrument(34, "Picked bass", 28, 55, (), "bass"),
    Instrument(36, "Slap bass", 28, 58, (), "bass"),
    Instrument(38, "Synth bass", 33, 58, (), "bass", sustains=True),
    Instrument(39, "Sub bass", 33, 58, ("808", "808s"), "bass", sustains=True),
    Instrument(40, "Violin", 55, 96, ("fiddle",), "melodic", sustains=True),
    Instrument(42, "Cello", 36, 76, (), "melodic", sustains=True),
    Instrument(45, "Pizzicato strings", 40, 92, ("pizzicato",), "bell"),
    Instrument(46, "Harp", 36, 96, (), "bell"),
    Instrument(47, "Timpani", 36, 57, (), "bass"),
    Instrument(48, "Strings", 36, 96, ("string", "violins"), "pad", sustains=True),
    Instrument(52, "Choir", 48, 84, ("choral", "voices", "vocal pad"), "pad", sustains=True),
    Instrument(56, "Trumpet", 55, 82, ("trumpets",), "melodic", -2.0, sustains=True),
    Instrument(57, "Trombone", 40, 72, (), "melodic", sustains=True),
    Instrument(60, "French horn", 41, 77, ("horn", "horns"), "melodic", sustains=True),
    Instrument(61, "Brass section", 43, 84, ("brass",), "pad", -2.0, sustains=True),
    Instrument(65, "Alto saxophone", 49, 81, ("sax", "saxophone", "alto sax"), "melodic", -1.0, sustains=True),
    Instrument(66, "Tenor saxophone", 44, 76, ("tenor sax",), "melodic", -1.0, sustains=True),
    Instrument(68, "Oboe", 58, 91, (), "melodic", sustains=True),
    Instrument(71, "Clarinet", 50, 91, (), "melodic", sustains=True),
    Instrument(73, "Flute", 60, 96, ("whistle", "recorder", "pan flute"), "melodic", sustains=True),
    Instrument(80, "Square lead", 36, 96, ("square", "8 bit lead"), "melodic", -5.0, sustains=True),
    Instrument(81, "Saw lead", 36, 96, ("synth lead", "lead synth", "synth", "synths", "synthesizer"), "melodic", -4.0,
        sustains=True),
    Instrument(88, "Bell pad", 36, 96, (), "pad", sustains=True),
    Instrument(89, "Warm pad", 36, 96, ("pad", "pads", "synth pad"), "pad", sustains=True),
    Instrument(90, "Poly synth", 36, 96, ("polysynth",), "pad", -2.0, sustains=True),
    Instrument(95, "Sweep pad", 36, 96, (), "pad", sustains=True),
    Instrument(104, "Sitar", 48, 77, (), "melodic"),
    Instrument(105, "Banjo", 48, 84, (), "guitar"),
    Instrument(108, "Kalimba", 48, 84, ("mbira", "thumb piano"), "bell"),
    Instrument(114, "Steel drums", 52, 84, ("steel drum", "steelpan"), "bell"),
)  # fmt: skip

BY_PROGRAM = {instrument.program: instrument for instrument in _TABLE}
BY_WORDS = {
    words: instrument for instrument in _TABLE for words in (instrument.name.lower(), *instrument.words)
}  # a name that stands twice means the later one

KITS = {
    0: "Drums",
    16: "Power drums",
    24: "Electronic drums",
    25: "808 drums",
    32: "Jazz drums",
    40: "Brushes",
    48: "Percussion",
}
