"""Changes a style as the words want it: another rhythm, another metre, moods, instruments. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import instruments
from instruments import Instrument
from moods import Mood
from stylebook import Layer, Style


def with_rhythm(style: Style, other: Style) -> Style:
    """Two styles: the first gives harmony, melody and instruments, the second what makes one move."""
    if other.metre == (3, 4) != style.metre:  # a jazz waltz is jazz in three, with its own drums
        return replace(with_metre(style, other.metre), name=f"{style.name} / {other.name}", bpm=other.bpm)
    changed = replace(
        style, name=f"{style.name} / {other.name}", bpm=other.bpm, metre=other.metre, swing=other.swing,
        swing_unit=other.swing_unit, groove=other.groove, kit=other.kit, line=other.line, bass=other.bass,
        walks=other.walks, bass_gain=other.bass_gain, drum_gain=other.drum_gain, form=other.form, loose=other.loose,
    )  # fmt: skip
    if style.metre != other.metre:
        layers = tuple(replace(la, figure=_plain_figure(la, other.metre)) for la in style.layers)
        changed = replace(
            changed, layers=layers, cells="waltz" if other.metre[0] * 16 // other.metre[1] == 12 else style.cells
        )
    return changed


def with_metre(style: Style, metre: tuple[int, int]) -> Style:
    """Move a style to another metre: general grooves take the place of its own."""
    steps = metre[0] * 16 // metre[1]
    names = {12: "three" if metre == (3, 4) else "six", 20: "five", 14: "seven", 18: "nine", 24: "twelve", 8: "two"}
    groove = names.get(steps, style.groove) if style.groove else ""
    if style.groove == "swing" and steps == 12:
        groove = "swing three"
    if steps == 16:
        groove = "pop" if style.groove else ""
    layers = tuple(replace(la, figure=_plain_figure(la, metre)) for la in style.layers)
    compound = metre[1] == 8
    return replace(
        style, metre=metre, groove=groove, layers=layers, swing=0.5 if compound else style.swing,
        cells={12: "compound" if compound else "waltz", 16: "song"}.get(steps, style.cells),
        walks=style.walks and not compound,
        line=style.line if style.line in {"hold", "one", "walk", "drive", "chug"} and not compound else "first",
    )  # fmt: skip


def _plain_figure(layer: Layer, metre: tuple[int, int]) -> str:
    """Figures that hang on four beats become ones that fit anywhere."""
    if layer.figure in {"hold", "swell", "drops", "sixteenths", "eighths", "chip", "alberti", "roll", "octaves"}:
        return layer.figure
    if metre == (3, 4):
        return "oom-pah"
    return "compound" if metre[1] == 8 else "halves"


def with_moods(style: Style, moods: Iterable[Mood]) -> Style:
    """Let moods have their way, one after the other."""
    for mood in moods:
        added = tuple(la for la in mood.add if la.program not in {mine.program for mine in style.layers})
        style = replace(
            style, layers=style.layers + added, reverb=max(0.02, min(0.8, style.reverb + mood.reverb)),
            room=style.room * (1.5 if mood.reverb > 0.1 else 1.0), tilt=style.tilt + mood.tilt,
            lead_centre=style.lead_centre + mood.register,
        )  # fmt: skip
    return style


def with_instrument(style: Style, tool: Instrument) -> Style:
    """Give an instrument that was asked for the place that suits it."""
    mine = [la.program for la in style.layers]
    if tool.family == "bass":
        return replace(style, bass=tool.program)
    if tool.program in mine or tool.program == style.lead:
        heard = tuple(
            replace(la, energy=0.0, gain=max(la.gain, -2)) if la.program == tool.program else la for la in style.layers
        )
        return replace(
            style,
            layers=heard,
            lead_energy=min(style.lead_energy, 0.3) if tool.program == style.lead else style.lead_energy,
        )
    if tool.family == "melodic":
        if (
            style.lead in {i.program for i in instruments.BY_PROGRAM.values() if i.family == "melodic"}
            or style.lead_energy > 0
        ):
            return replace(
                style, lead=tool.program, lead_energy=min(style.lead_energy, 0.3), lead_gain=max(style.lead_gain, -2)
            )
        return replace(style, layers=(*style.layers, Layer("counter", tool.program, "hold", 64, 0.2)))
    role = {"keys": "chords", "guitar": "chords", "bell": "arpeggio", "pad": "pad"}[tool.family]
    return replace(style, layers=_seated(style.layers, tool, role))


def _seated(layers: tuple[Layer, ...], tool: Instrument, role: str) -> tuple[Layer, ...]:
    """Replace the first layer of the role and of a like family, else add one."""
    figures = {"chords": "pick" if tool.family == "guitar" else "push", "arpeggio": "eighths", "pad": "hold"}
    for at, layer in enumerate(layers):
        alike = instruments.BY_PROGRAM[layer.program].family == tool.family or (role != "chords" and layer.role == role)
        if alike:
            new = replace(layer, program=tool.program, energy=0.0, gain=max(-2.0, layer.gain))
            return (*layers[:at], new, *layers[at + 1 :])
    return (*layers, Layer(role, tool.program, figures[role], 62, 0.25, -1))


def alone(style: Style, tool: Instrument) -> Style:
    """One player: chords and melody on the same instrument."""
    figure = next((la.figure for la in style.layers if la.role in {"chords", "arpeggio"}), "alberti")
    if tool.family == "melodic":
        return replace(style, layers=(), lead=tool.program, lead_energy=0.0, groove="", line="")
    centre = 55 if tool.low < 50 else 60
    return replace(
        style, layers=(Layer("chords", tool.program, figure, centre, -0.1, -3),), lead=tool.program, lead_energy=0.0,
        groove="", bass=tool.program if tool.low <= 40 else style.bass, line="hold" if tool.low <= 40 else "",
        walks=False,
    )  # fmt: skip


def without(style: Style, roles: Iterable[str]) -> Style:
    """Leave out what was not wanted: "drums", "bass", "lead"."""
    if "drums" in roles:
        style = replace(style, groove="")
    if "bass" in roles:
        style = replace(style, line="", walks=False)
    if "lead" in roles:
        style = replace(style, lead_energy=2.0)
    return style
