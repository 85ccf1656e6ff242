"""A small project with something of everything, for tests of what stores projects."""

from __future__ import annotations

from studio.domain.project import (
    Clip,
    Duck,
    Effect,
    Fade,
    Marker,
    Media,
    Metadata,
    Picture,
    Point,
    Project,
    Region,
    Style,
    Take,
    Track,
    Voice,
)

_RECIPE = {"engine": "fake", "seed": 7, "params": {"speed": 1.0, "steps": [1, None, True]}}

RICH = Project(
    name="Play — 第一",
    rate=44_100,
    next_id=100,
    script="[S1] Hello.\n[S2] Grüß dich. (laughs)\u2028🎙",
    voices=(Voice("S1", "alto", "fake"),),
    media=(
        Media("m1", "hello.wav", "media/0123456789abcdef.wav", "ab" * 32, 24_000, 1, 48_000, _RECIPE, "CC0-1.0"),
        Media("m2", "music.flac", "media/fedcba9876543210.flac", "cd" * 32, 48_000, 2, 4_800_000),
    ),
    takes=(Take("k3", "m1", "S1", "Hello.", "line 1", {"word_error": 0.0}),),
    tracks=(
        Track(
            "t4",
            "Speech",
            "speech",
            clips=(
                Clip("c5", 0, 1000, take="k3", fade_in=Fade(100, "smooth"), pan=-0.5),
                Clip("c6", 900, 2000, offset=10, take="k3", stretch=1.5, pitch=-2.0, volume=(Point(0, 0.0),)),
            ),
            effects=(Effect("e7", "eq", {"low_gain_db": -3.0}), Effect("e8", "reverb", on=False)),
        ),
        Track(
            "t9", "Music", "music", clips=(Clip("c10", 44_100, 441_000, media="m2", gain_db=-6.0),),
            panning=(Point(0, -1.0), Point(44_100, 1.0)), duck=Duck(-9.0), colour="#aabbcc",
        ),
    ),
    markers=(Marker("a11", 0, "Beginning", chapter=True),),
    regions=(Region("r12", 10, 20, "Part"),),
    style=Style("slow", 5, 90.0, "Am", "m2"),
    cover=Picture("media/00112233445566ff.png", "ef" * 32, None, "CC-BY-4.0"),
    metadata=Metadata("Title", "Artist", language="de"),
)  # fmt: skip
