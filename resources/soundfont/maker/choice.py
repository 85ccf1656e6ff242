"""What is kept of the original: programs, their useful keys, and how finely they are sampled."""

from __future__ import annotations

from dataclasses import dataclass

LONGER = 1.4  # how much longer than the figures below recordings may be: the font has room for it
VELOCITIES = (58, 78, 100, 120)  # what is looked up in the original ...
STEPS = ((1, 66), (67, 88), (89, 108), (109, 127))  # ... and for which velocities that is used
DRUM_KEYS = (35, 82)
# Where a drummer's things stand, from -1 (left) to 1, as the listener sees them.
DRUM_PANS = {
    41: -0.4, 42: 0.25, 43: -0.3, 44: 0.25, 45: -0.1, 46: 0.25, 47: 0.05, 48: 0.2, 49: -0.35, 50: 0.35, 51: 0.35,
    52: -0.4, 53: 0.35, 54: 0.15, 55: -0.2, 56: 0.2, 57: 0.4, 59: 0.4, 60: 0.3, 61: 0.3, 62: -0.3, 63: -0.3, 64: -0.3,
    65: 0.2, 66: 0.2, 67: -0.2, 68: -0.2, 69: -0.35, 70: -0.35, 75: 0.25, 76: 0.2, 77: 0.2, 82: 0.3,
}  # fmt: skip


@dataclass(frozen=True)
class Program:
    """One instrument: the keys it is good for, semitones between recordings, seconds of the longest recording."""

    name: str
    keys: tuple[int, int] = (36, 96)
    gap: float = 5.0
    longest: float = 2.0
    drum: bool = False


PROGRAMS = {
    0: Program("Grand piano", (28, 98), 4, 2.6),
    2: Program("Electric piano", (33, 96), 5, 2.0),
    4: Program("Tine piano", (31, 96), 5, 2.2),
    5: Program("FM piano", (33, 96), 5, 2.0),
    6: Program("Harpsichord", (33, 91), 6, 1.8),
    7: Program("Clavinet", (36, 84), 6, 1.6),
    8: Program("Celesta", (55, 103), 4, 1.6),
    9: Program("Glockenspiel", (67, 108), 4, 1.6),
    10: Program("Music box", (55, 103), 5, 1.4),
    11: Program("Vibraphone", (48, 96), 4, 2.0),
    12: Program("Marimba", (40, 96), 5, 1.2),
    13: Program("Xylophone", (60, 103), 6, 0.8),
    14: Program("Tubular bells", (55, 84), 6, 2.5),
    16: Program("Drawbar organ", (36, 96), 5, 1.6),
    19: Program("Church organ", (33, 96), 6, 1.6),
    21: Program("Accordion", (48, 91), 6, 1.6),
    22: Program("Harmonica", (53, 91), 5, 1.4),
    24: Program("Nylon guitar", (40, 86), 4, 2.0),
    25: Program("Steel guitar", (38, 88), 4, 2.0),
    26: Program("Jazz guitar", (38, 88), 4, 1.8),
    27: Program("Clean guitar", (38, 88), 4, 1.8),
    28: Program("Muted guitar", (38, 86), 5, 1.0),
    29: Program("Overdriven guitar", (38, 86), 5, 2.2),
    30: Program("Distorted guitar", (36, 86), 5, 2.2),
    32: Program("Upright bass", (26, 62), 5, 1.8),
    33: Program("Fingered bass", (26, 62), 5, 1.8),
    34: Program("Picked bass", (26, 62), 5, 1.8),
    35: Program("Fretless bass", (26, 64), 5, 1.8),
    36: Program("Slap bass", (26, 62), 6, 1.4),
    38: Program("Synth bass 1", (24, 72), 5, 2.0),
    39: Program("Synth bass 2", (24, 72), 5, 2.0),
    40: Program("Violin", (55, 98), 5, 1.8),
    42: Program("Cello", (36, 79), 5, 1.8),
    43: Program("Contrabass", (28, 62), 5, 1.8),
    45: Program("Pizzicato strings", (36, 91), 5, 0.8),
    46: Program("Harp", (33, 100), 4, 1.4),
    47: Program("Timpani", (36, 60), 5, 2.0),
    48: Program("Strings", (33, 96), 6, 2.2),
    50: Program("Synth strings", (36, 96), 6, 2.0),
    52: Program("Choir aahs", (43, 86), 5, 2.2),
    53: Program("Voice oohs", (43, 86), 3, 1.8),
    56: Program("Trumpet", (52, 88), 4, 1.6),
    57: Program("Trombone", (40, 76), 5, 1.6),
    58: Program("Tuba", (28, 60), 5, 1.4),
    60: Program("French horns", (38, 80), 5, 1.8),
    61: Program("Brass section", (38, 86), 6, 1.8),
    62: Program("Synth brass", (36, 90), 6, 1.6),
    65: Program("Alto saxophone", (49, 84), 5, 1.6),
    66: Program("Tenor saxophone", (42, 78), 5, 1.6),
    68: Program("Oboe", (58, 91), 4, 1.4),
    71: Program("Clarinet", (50, 93), 5, 1.4),
    73: Program("Flute", (60, 96), 4, 1.6),
    75: Program("Pan flute", (60, 96), 5, 1.6),
    79: Program("Ocarina", (60, 96), 6, 1.4),
    80: Program("Square lead", (36, 103), 5, 2.0),
    81: Program("Saw lead", (36, 103), 5, 2.0),
    88: Program("New age pad", (36, 96), 6, 2.5),
    89: Program("Warm pad", (36, 96), 6, 2.5),
    90: Program("Poly synth", (36, 96), 6, 2.0),
    91: Program("Choir pad", (36, 96), 6, 2.5),
    95: Program("Sweep pad", (36, 96), 6, 2.5),
    104: Program("Sitar", (45, 84), 4, 1.8),
    105: Program("Banjo", (48, 86), 4, 1.2),
    107: Program("Koto", (48, 90), 6, 1.4),
    108: Program("Kalimba", (48, 91), 6, 1.0),
    114: Program("Steel drums", (52, 91), 5, 1.2),
}

KITS = {
    0: Program("Standard kit", longest=1.6, drum=True),
    16: Program("Power kit", longest=1.6, drum=True),
    24: Program("Electronic kit", longest=1.6, drum=True),
    25: Program("Analogue kit", longest=1.6, drum=True),
    32: Program("Jazz kit", longest=1.6, drum=True),
    40: Program("Brush kit", longest=1.6, drum=True),
    48: Program("Orchestra kit", longest=1.6, drum=True),
}
