"""Which colours a scene has: by time of day, weather, season, mood, and what was asked for. Pure; any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from colour import Colour, from_lab, lightness, mix, of_hex, scaled, shifted, to_lab
from figure import Air
from prompts import COLOURS, Wanted

CHOICES = ("auto", "warm", "cool", "pastel", "earth", "neon", "mono", "sepia", "candy", "ocean", "forest", "ice")


@dataclass(frozen=True)
class Palette:
    """The colours of air, light and the darkest ground; materials take their light from `air`."""

    zenith: Colour
    sky: Colour
    horizon: Colour
    sun: Colour
    glow: Colour
    cloud: Colour  # its lit side
    cloud_shade: Colour
    far: Colour  # what distance does to land
    near: Colour  # the darkest foreground
    water: Colour
    ambient: Colour
    against: float
    night: bool = False

    def air(self, side: float, materials: dict[str, Colour]) -> Air:
        """Return how light falls on things."""
        strength = 0.3 if self.night else 0.28 + 0.45 * self.against
        rim = mix(self.glow, self.sun, 0.5)
        return Air(materials, self.ambient, self.near, self.against, self.far, rim, strength, side, self.night)


# zenith sky horizon sun glow cloud cloud-shade far near water ambient, then how much things stand against the light
_TIMES: Mapping[str, tuple[str, ...]] = {
    "day": (
        "2f74b5 7fb8e0 e4f0ec fffbe6 fff3cf ffffff a8bfd4 a9c6da 1d3a3c 2b7796 ffffff 0.06",
        "2a86a6 8accd3 f4f3da fffdf0 fff2c4 fffdf5 a3c0c6 a9cdcf 1f3d38 1f7f8c fffdf4 0.06",
        "3b62ad 8aaee0 f3e6df fffaf0 ffeeda fff9f4 b0b5d2 b3bcdc 27304f 3a6ea6 fff8f4 0.08",
    ),
    "morning": (
        "4d8cc4 a3cbe4 fdf0d6 fffaf0 ffe9bd fffaf0 b5bed2 b9cadb 2a4248 4589a3 fff6e4 0.12",
        "6a9cc0 bcd5dc fbead0 fffbf0 ffe4b0 fffaf2 bcc2cc c0cfd4 35474a 5a93a0 fff4e2 0.12",
    ),
    "golden": (
        "5b86ad dcc09a ffe0a0 fffbe8 ffc163 ffe9c4 b58d7c d8aa82 3a2a2c 8a7d74 ffdcae 0.3",
        "6f7fa6 e8b88c ffdb9c fffbe8 ffb357 ffe2bd a97f80 d39c80 33252e 8c7478 ffd4a4 0.34",
    ),
    "sunset": (
        "29295c b0466f ffb55f fff3c4 ff8a48 ffa27c 6a3868 94506f 1c1431 4f2f5e d58f86 0.5",
        "1c4a62 d98560 ffd68e fff6d0 ff9d52 ffc79a 6d5f70 b2776a 15202c 35586a d8a184 0.48",
        "443f7c d5749f ffd2b0 fff5e0 ff9f8c ffc0c0 7b5a94 a9719a 221a3e 6b5590 d99aa8 0.48",
        "3a1c3f c0453f ffc04d fff2c0 ff7433 ff9459 6b2f45 973d45 1e0f20 5a2a3e d78672 0.54",
    ),
    "dawn": (
        "5878b0 d6a6bd ffe2cc fffaf0 ffc2a0 fff0e6 a592b5 c2a0b8 2e2c4e 8085a8 eccfcf 0.4",
        "7a8ec4 efb6b0 fff0d6 fffdf4 ffc9a6 fff4ea b39fb6 cfadb6 3a3350 9b95b4 f0d4cc 0.38",
        "3f6c8c a8bcc0 ffe0c0 fffaf0 ffbf98 fff0e0 8f9fae a5b4b8 23383f 628896 e4d0c4 0.4",
    ),
    "dusk": (
        "12183d 45467f d98b8c fff0e0 e88a86 b58aa8 3a3a68 5c5282 0e1028 343a66 8f86b4 0.52",
        "0e2340 2f5d7e e6b78c fff3da e8a878 a89aa4 33506c 4f6a80 0a1a28 2c5068 8a98ac 0.5",
        "1d1440 5b3a80 e0889c fff0e6 e8809c c088b4 4a3472 6a4a88 140e2c 46346c 9a84b8 0.52",
    ),
    "night": (
        "060c22 142a58 4a719a f6f2dc a9c4e8 7289b0 1a2c54 2b4a74 070d1e 182f56 6f86b6 0.42",
        "05161f 10394a 4a8a90 f4f4e0 9fd6d0 6f9aa4 163a46 2a5c66 051318 14424e 6894a0 0.42",
        "0e0828 2c1a5c 8458a0 f8eee0 c8a8e0 8c72ac 302058 503684 0b0618 301e58 8270b4 0.42",
    ),
}  # fmt: skip

_MATERIALS: Mapping[str, str] = {
    "leaf": "5c8f3f", "leaf2": "7dab4d", "needle": "2f5f47", "trunk": "5b4330", "grass": "7fa650", "meadow": "94b45c",
    "earth": "8a6a4c", "rock": "85868c", "cliff": "9a8e82", "sand": "ecd3a0", "dune": "e2a765", "canyon": "c9744a",
    "snow": "f4f8fc", "ice": "bfe0ee", "wall": "ece2d0", "wall2": "d9b48c", "roof": "b2533c", "roof2": "5c6a7c",
    "wood": "8b6038", "stone": "a9a39a", "metal": "8c949e", "dark": "2c2b33", "light": "fff4d6", "window": "ffd27a",
    "sail": "f7f0e0", "accent": "d8433a", "accent2": "f0b23c", "accent3": "2f7f8c", "petal": "e46a86",
    "petal2": "f4c542", "petal3": "a878d0", "blossom": "f6b9cc", "cactus": "4d8a56", "skin": "d9a17e", "coat": "38496e",
    "fur": "6b4a35", "wool": "f2ecdf", "fire": "ffa63d", "asphalt": "55585f", "reed": "9a8f52", "white": "f6f4ee",
    "gold": "e2b34c", "coral": "ee7f6d",
}  # fmt: skip

_SEASONS: Mapping[str, Mapping[str, str]] = {
    "spring": {"leaf": "86b84e", "leaf2": "a8cf66", "grass": "93c05a", "meadow": "a9cd6a", "petal": "f08fb0"},
    "summer": {"leaf": "4c9036", "leaf2": "71ad45", "grass": "74b03f", "meadow": "8cbc45"},
    "autumn": {
        "leaf": "cf6f2e", "leaf2": "e9a23b", "grass": "b49a4e", "meadow": "c4a657", "needle": "4a6342",
        "blossom": "d98b5c", "earth": "84593a",
    },
    "winter": {
        "leaf": "b9c4cc", "leaf2": "dfe8ee", "grass": "e4ecf2", "meadow": "e8f0f6", "needle": "4c6a6c",
        "earth": "cdd6de", "sand": "dfe4e6", "roof": "dfe7ee", "roof2": "d6e0ea", "cliff": "a3a8b0",
    },
}  # fmt: skip

# Shadow, middle, light; and how far towards them everything goes.
_GRADES: Mapping[str, tuple[str, str, str, float]] = {
    "warm": ("3a1c22", "d0764a", "fff0cc", 0.5),
    "cool": ("10233f", "5a8fb4", "eaf4f4", 0.5),
    "pastel": ("8d86b0", "e6bccb", "fff6ea", 0.6),
    "earth": ("33261f", "a97f55", "f2e6cc", 0.6),
    "neon": ("12062e", "e0339a", "6ff2f0", 0.62),
    "mono": ("0c0c0e", "7d7d80", "f7f7f5", 1.0),
    "sepia": ("24170e", "9a754f", "f6e8cd", 0.95),
    "candy": ("4a2a78", "f07ab0", "fff0c8", 0.6),
    "ocean": ("06243a", "2a8a9e", "e6f6ec", 0.6),
    "forest": ("0f2418", "5d8a54", "f2efcf", 0.58),
    "ice": ("22405c", "a3c8dc", "fbfeff", 0.65),
}


@dataclass(frozen=True)
class Grade:
    """A pull of all colours towards three: what a colourist does to a film."""

    stops: tuple[Colour, Colour, Colour]
    strength: float

    def of(self, a: Colour, *, part: float = 1.0) -> Colour:
        """Return a colour after the pull."""
        light = lightness(a)
        low, middle, high = self.stops
        target = mix(low, middle, light / 0.6) if light < 0.6 else mix(middle, high, (light - 0.6) / 0.4)
        lab = to_lab([a, target])
        part *= self.strength
        lab[0, 1:] += (lab[1, 1:] - lab[0, 1:]) * part
        lab[0, 0] += (lab[1, 0] - lab[0, 0]) * part * 0.35
        red, green, blue = from_lab(lab[:1])[0]
        return float(red), float(green), float(blue)


def grade_for(wanted: Wanted, choice: str) -> Grade | None:
    """Return the pull that the palette asked for means, or the colours named in the prompt."""
    if choice in _GRADES:
        low, middle, high, strength = _GRADES[choice]
        return Grade((of_hex(low), of_hex(middle), of_hex(high)), strength)
    if not wanted.colours:
        return None
    named = [of_hex(COLOURS[name]) for name in wanted.colours[:3]]
    first, last = named[0], named[-1]
    dark = mix(shifted(first, light=-lightness(first) * 0.62, chroma=0.9), (0.04, 0.04, 0.08), 0.25)
    light = mix(shifted(last, light=(1 - lightness(last)) * 0.75, chroma=0.6), (1.0, 0.98, 0.94), 0.2)
    middle = named[1] if len(named) > 2 else mix(first, last, 0.35)
    return Grade((dark, middle, light), 0.66 if len(named) == 1 else 0.74)


def time_of(wanted: Wanted, r: np.random.Generator) -> str:
    """Return the time of day: as asked, or as fits what else was asked."""
    if wanted.time:
        return wanted.time
    sky, moods = set(wanted.sky), set(wanted.moods)
    if sky & {"moon", "crescent", "stars", "milkyway", "aurora", "comet"}:
        return "night"
    if "lightning" in wanted.weather or moods & {"dark", "mysterious"}:
        return "dusk" if r.random() < 0.75 else "night"
    if moods & {"romantic", "epic"}:
        return "sunset" if r.random() < 0.6 else "golden"
    if sky & {"rainbow", "clear", "clouds"} or "cheerful" in moods or {"rain", "snow", "storm"} & set(wanted.weather):
        return "day"
    if "dreamy" in moods or "fog" in wanted.weather:
        return str(r.choice(["dawn", "golden", "morning", "dusk"]))
    if any(wanted.thing(name) for name in ("campfire", "lantern", "streetlamp")):
        return "dusk"
    if (
        wanted.season in {"spring", "summer"}
        or {"meadow", "garden", "field"} & set(wanted.places)
        or wanted.thing("flower")
    ):
        return str(r.choice(["day", "morning", "day", "golden"]))
    if wanted.season == "winter" or "arctic" in wanted.places:
        return str(r.choice(["day", "dawn", "dusk"]))
    return str(r.choice(["day", "morning", "golden", "sunset", "sunset", "dawn", "dusk"]))


def choose(wanted: Wanted, time: str, r: np.random.Generator) -> Palette:
    """Return the colours of a time of day, changed by weather and moods."""
    made = _of_text(str(r.choice(np.array(_TIMES[time]))), night=time == "night")
    done: set[str] = set()
    for name in (*wanted.weather, *wanted.moods, wanted.season):
        change = _CHANGES.get(name)
        if change and not ({"storm", "rain", "lightning", "dark"} & done and change[2] < -0.02):  # dark enough already
            made = _changed(made, *change)
            done.add(name)
    return made


def _of_text(text: str, *, night: bool) -> Palette:
    *colours, against = text.split()
    zenith, sky, horizon, sun, glow, cloud, shade, far, near, water, ambient = (of_hex(c) for c in colours)
    return Palette(
        zenith, sky, horizon, sun, glow, cloud, shade, far, near, water, ambient, float(against), night=night
    )  # fmt: skip


# What is mixed in, how much; how much lighter; how much stronger the colours.
_CHANGES: Mapping[str, tuple[str, float, float, float]] = {
    "fog": ("c9ced2", 0.08, 0.0, 0.85),
    "rain": ("6f7d88", 0.34, -0.06, 0.6),
    "storm": ("47525e", 0.4, -0.05, 0.66),
    "lightning": ("3a3e66", 0.3, -0.04, 0.85),
    "snow": ("cfd9e4", 0.28, 0.03, 0.6),
    "dark": ("1a1d2a", 0.24, -0.06, 0.75),
    "lonely": ("7f8fa0", 0.15, -0.01, 0.72),
    "cheerful": ("ffe07a", 0.1, 0.04, 1.4),
    "epic": ("3a2a3a", 0.06, -0.02, 1.2),
    "dreamy": ("f3d3ea", 0.2, 0.04, 0.92),
    "mysterious": ("2a3c4c", 0.22, -0.05, 0.8),
    "romantic": ("f2a0a8", 0.16, 0.02, 1.05),
    "calm": ("c9d6da", 0.08, 0.01, 0.9),
    "summer": ("ffe9a0", 0.12, 0.01, 1.15),
    "winter": ("dbe6f0", 0.12, 0.02, 0.75),
    "autumn": ("f0b878", 0.1, 0.0, 1.0),
}


def _changed(made: Palette, mixed: str, part: float, light: float, chroma: float) -> Palette:
    target = of_hex(mixed)
    if made.night:
        target, light, part, chroma = scaled(target, (0.35, 0.4, 0.55)), light * 0.3, part * 0.5, (chroma + 1) / 2
    names = ("zenith", "sky", "horizon", "glow", "cloud", "cloud_shade", "far", "water", "ambient")
    changed = {n: shifted(mix(getattr(made, n), target, part), light=light, chroma=chroma) for n in names}
    changed["near"] = shifted(made.near, light=light * 0.4, chroma=chroma)
    return replace(made, **changed)


def graded(made: Palette, grade: Grade | None) -> Palette:
    """Return a palette after a pull."""
    if grade is None:
        return made
    names = ("zenith", "sky", "horizon", "sun", "glow", "cloud", "cloud_shade", "far", "near", "water")
    changed = {n: grade.of(getattr(made, n), part=0.5 if n == "sun" else 1.0) for n in names}
    return replace(made, **changed, ambient=mix(made.ambient, grade.of(made.ambient), 0.5))


def materials(season: str, grade: Grade | None, *, own: Mapping[str, Colour] | None = None) -> dict[str, Colour]:
    """Return what things are made of; `own` replaces some."""
    named = {**_MATERIALS, **_SEASONS.get(season, {})}
    made = {name: of_hex(text) for name, text in named.items()}
    if grade:
        made = {name: grade.of(c, part=0.35 if name in _STRONG else 0.8) for name, c in made.items()}
    return {**made, **(own or {})}


_STRONG = frozenset({"accent", "accent2", "accent3", "window", "fire", "petal", "petal2", "petal3", "coral", "gold"})


def of_picture(pixels: np.ndarray) -> Grade:
    """Return a pull towards the colours of a picture: its shadows, its middle, its lights."""
    flat = pixels.reshape(-1, 3)
    order = np.argsort(flat @ np.array([0.3, 0.59, 0.11], np.float32), kind="stable")
    parts = [flat[order[int(len(order) * a) : max(int(len(order) * a) + 1, int(len(order) * b))]] for a, b in _THIRDS]
    low, middle, high = ((float(m[0]), float(m[1]), float(m[2])) for m in (p.mean(axis=0) for p in parts))
    return Grade((low, middle, high), 0.85)


_THIRDS = ((0.0, 0.2), (0.35, 0.65), (0.85, 1.0))
