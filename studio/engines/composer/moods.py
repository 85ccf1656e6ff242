"""What moods and tempo words change, and which words change nothing. Data."""

from __future__ import annotations

from dataclasses import dataclass

from stylebook import Layer


@dataclass(frozen=True)
class Mood:
    """What a mood changes."""

    energy: float = 0.0
    tempo: float = 1.0
    modes: tuple[str, ...] = ()
    reverb: float = 0.0
    tilt: float = 0.0
    add: tuple[Layer, ...] = ()
    register: int = 0  # semitones by which the melody moves


MOODS: dict[tuple[str, ...], Mood] = {
    ("dark", "darker", "gloomy", "sinister", "evil", "moody"): Mood(
        0.0, 0.97, ("minor", "phrygian"), 0.08, -4.0, register=-5
    ),
    ("sad", "melancholic", "melancholy", "mournful", "sorrowful", "lonely", "wistful"): Mood(
        -0.15, 0.88, ("minor",), 0.08, -2.0
    ),
    ("happy", "cheerful", "joyful", "sunny", "bright", "playful", "fun", "merry", "uplifting", "positive"): Mood(
        0.1, 1.06, ("major",), 0.0, 2.0, register=2
    ),
    (
        "calm", "peaceful", "relaxing", "relaxed", "gentle", "soft", "quiet", "mellow", "chill", "soothing", "tender",
    ): Mood(
        -0.25, 0.9, (), 0.08, -2.0
    ),
    ("epic", "heroic", "majestic", "grand", "triumphant", "powerful", "huge", "dramatic"): Mood(
        0.25, 1.02, (), 0.12, 0.0,
        (Layer("pad", 52, "hold", 64, 0.0, -4), Layer("counter", 60, "hold", 57, 0.2, -3, 0.4)),
    ),
    ("energetic", "driving", "intense", "lively", "upbeat", "exciting", "hype"): Mood(0.2, 1.07),
    ("aggressive", "angry", "heavy", "brutal", "furious", "violent"): Mood(
        0.3, 1.08, ("minor", "phrygian"), -0.05, 1.0
    ),
    ("dreamy", "ethereal", "floating", "spacey", "hazy", "airy", "cosmic"): Mood(
        -0.15, 0.93, (), 0.3, -2.0, (Layer("pad", 89, "swell", 64, 0.0, -4),)
    ),
    ("mysterious", "eerie", "spooky", "haunting", "scary", "creepy", "horror", "tense", "suspense"): Mood(
        -0.1, 0.92, ("phrygian", "harmonic minor"), 0.2, -3.0, register=-3
    ),
    ("romantic", "sweet", "loving", "warm", "love", "sentimental", "nostalgic"): Mood(
        -0.1, 0.94, ("major",), 0.05, -2.0
    ),
    ("minimalist", "sparse", "simple", "stripped"): Mood(-0.3),
    ("full", "rich", "lush", "dense", "big"): Mood(0.2),
}  # fmt: skip
TEMPO_FACTORS = {
    "very slow": 0.65, "slow": 0.8, "slower": 0.85, "slowly": 0.8, "downtempo": 0.85, "mid tempo": 1.0,
    "medium tempo": 1.0, "moderate": 1.0, "uptempo": 1.15, "up tempo": 1.15, "fast": 1.22, "faster": 1.15, "quick": 1.2,
    "very fast": 1.4, "half time": 0.5, "double time": 2.0,
}  # fmt: skip
TEMPO_NAMES = {
    "largo": 50.0, "lento": 54.0, "adagio": 68.0, "andante": 88.0, "moderato": 108.0, "allegretto": 114.0,
    "allegro": 132.0, "vivace": 160.0, "presto": 184.0,
}  # fmt: skip
FILLERS = frozenset({
    "a", "an", "and", "the", "with", "of", "in", "on", "for", "to", "some", "music", "song", "songs", "piece",
    "style", "styled", "like", "sound", "sounds", "sounding", "track", "tune", "instrumental", "background",
    "theme", "feel", "feeling", "vibe", "vibes", "mood", "tempo", "key", "beat", "rhythm", "melody", "very",
    "really", "little", "bit", "slightly", "please", "make", "me", "something", "modern", "old", "new", "classic",
    "featuring", "feat", "but", "drums", "drum", "percussion", "bass", "time", "type", "lead", "solo", "only",
    "atmosphere", "intro", "outro", "loop",
})  # fmt: skip
NO_VOICES = frozenset({"vocals", "vocal", "singing", "singer", "sung", "vocalist", "voice", "lyrics"})
