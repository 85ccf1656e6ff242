"""What the painter paints, looked at by measure: seeds, sizes, words, styles, letters."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from studio.worker.failures import CancelledRun, UserMistake
from tests.engines.painter.workshop import (
    brushes,
    difference,
    lettering,
    noise,
    paint,
    painting,
    palettes,
    prompts,
    starting,
)

pytestmark = pytest.mark.slow  # what needs no pictures is tested in test_prompts
SCENE = "mountains, lake, two pines, sunset"


def test_the_same_seed_is_the_same_picture_and_another_is_not():
    first = paint(SCENE)
    assert np.array_equal(first, paint(SCENE))
    assert difference(first, paint(SCENE, seed=4)) > 5


@pytest.mark.parametrize(("width", "height"), [(64, 64), (64, 300), (300, 64), (129, 65)])
def test_the_size_is_exact(width, height):
    assert paint("sea, ship, moon", width, height).shape == (height, width, 3)


@pytest.mark.parametrize("prompt", [SCENE, "city at night", "desert, cactus, golden hour", "space, planet", "waves"])
def test_a_larger_picture_shows_the_same_scene(prompt):
    small, large = paint(prompt, 192, 192), paint(prompt, 576, 576)
    shrunk = np.asarray(Image.fromarray(large).resize((192, 192), Image.Resampling.BOX))
    other = paint(prompt, 192, 192, seed=77)
    assert difference(small, shrunk) < 6
    assert difference(small, shrunk) < 0.4 * difference(small, other)


_SEEN = {
    "place": "hills", "sky": "hills, day, no clouds", "weather": "hills, day", "time": "hills",
    "season": "hills, trees, day",
    "mood": "hills, day", "thing": "lake, day", "style": "hills, day", "colour": "hills",
    "composition": "hills, tree, day",
}  # fmt: skip


def _shown() -> list[tuple[str, str]]:
    found = {meaning: phrase for phrase, meaning in reversed(prompts.LEXICON.items())}
    return sorted((kind, phrase) for (kind, _), phrase in found.items() if kind != "abstract")


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.soak)])
def test_every_word_changes_the_picture(every):
    """In another picture of the same seed, a word must be visible: more than grain, in at least a few places."""
    unseen: list[str] = []
    bases = {base: paint(base, seed=5).astype(int) for base in set(_SEEN.values())}
    for kind, phrase in _shown()[::every]:
        base = _SEEN[kind]
        changed = np.abs(bases[base] - paint(f"{base}, {phrase}", seed=5)).max(axis=2) > 12
        if changed.mean() < 0.002:
            unseen.append(phrase)
    # What is there anyway (day in a day's picture) cannot be seen to be added.
    assert set(unseen) <= {"hills", "golden", "clear", "clouds"}, unseen


def test_every_pattern_is_another():
    made = [paint(name) for name in sorted({n for k, n in prompts.LEXICON.values() if k == "abstract"})]
    for number, one in enumerate(made):
        assert one.std() > 8
        assert all(difference(one, other) > 8 for other in made[:number])


def test_what_is_refused_is_not_painted():
    with_sun, without = paint("sea, sun, sunset"), paint("sea, sunset", negative="sun")
    assert int(with_sun.max(axis=2).astype(int).max()) > 240
    assert difference(with_sun, without) > 1


def test_counts_are_painted():
    one, many = paint("meadow, day, a sheep", 160, 160), paint("meadow, day, nine sheep", 160, 160)
    none = paint("meadow, day", 160, 160)
    assert (np.abs(many.astype(int) - none).max(axis=2) > 30).sum() > (
        np.abs(one.astype(int) - none).max(axis=2) > 30
    ).sum()


@pytest.mark.parametrize("style", [s for s in brushes.CHOICES if s not in {"auto", "plain"}])
def test_styles_are_painted_over_the_same_scene(style):
    plain, painted = paint(SCENE, 192, 192), paint(SCENE, 192, 192, style=style)
    assert difference(plain, painted) > 3


@pytest.mark.parametrize(("style", "words"), [("oil", "oil painting"), ("pixel", "pixel art"), ("ink", "etching")])
def test_the_prompt_may_name_the_style(style, words):
    assert np.array_equal(paint("sea, sun", style=style), paint(f"sea, sun, {words}"))


@pytest.mark.parametrize("choice", [p for p in palettes.CHOICES if p != "auto"])
def test_palettes_change_the_colours(choice):
    made = paint("hills, day", 64, 64, palette=choice)
    assert difference(made, paint("hills, day", 64, 64)) > 3
    if choice == "mono":
        assert (made.max(axis=2).astype(int) - made.min(axis=2)).max() < 40


def test_noise_is_the_same_wherever_one_looks_from():
    field = noise.Noise(5)
    xs, ys = np.linspace(0, 3, 40), np.linspace(0, 2, 30)
    whole = field.field(xs, ys)
    assert np.allclose(whole[10:20, 5:25], field.field(xs[5:25], ys[10:20]), atol=1e-5)
    assert 0.15 < whole.std() < 0.8


# ------------------------------------------------------------------------------------------------------------- letters


def _words(title, subtitle="", position="auto", face="auto"):
    return lettering.Words(title, subtitle, position, face)


@pytest.mark.parametrize(
    "title",
    ["A", "The Long Way Home", "Ein sehr langer Titel, der über viele Zeilen geht " * 4, "Привет Ελλάδα", "x" * 200],
)
@pytest.mark.parametrize("face", ["plain", "classic"])
def test_letters_stay_inside_and_can_be_read(title, face):
    bare, made = paint("sea, day", 160, 120), paint("sea, day", 160, 120, words=_words(title, "second line", face=face))
    inked = np.abs(made.astype(int) - bare.astype(int)).max(axis=2) > 60
    assert inked.any()
    margin = 3
    assert not inked[:, :margin].any()
    assert not inked[:, -margin:].any()


@pytest.mark.parametrize("position", ["top", "middle", "bottom"])
def test_letters_stand_where_they_were_wanted(position):
    bare, made = paint("hills, day", 150, 150), paint("hills, day", 150, 150, words=_words("Title", position=position))
    rows = np.abs(made.astype(int) - bare).max(axis=2).max(axis=1)
    middle = float(np.average(np.arange(150), weights=np.square(rows.astype(float))))
    assert (
        {"top": 0, "middle": 50, "bottom": 100}[position]
        <= middle
        < {"top": 50, "middle": 100, "bottom": 150}[position]
    )


@pytest.mark.parametrize("prompt", ["night, stars", "snow, day, minimal", "sunset", "confetti"])
def test_letters_stand_out(prompt):
    ink = paint(prompt, 200, 200, words=_words("MMMM", position="middle"))[70:130].astype(float) / 255
    linear = np.where(ink <= 0.04045, ink / 12.92, ((ink + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]
    dark, light = np.percentile(linear, (2, 98))
    assert (light + 0.05) / (dark + 0.05) > 4


def test_signs_that_the_font_lacks_are_told():
    order = painting.Order(prompts.read("hills"), 96, 96, 1, words=_words("Sea 家 \U0001f600"))
    assert painting.paint(order, lambda: None)[1] == "家\U0001f600"


# ------------------------------------------------------------------------------------------------- starting elsewhere


def _start(tmp_path, colour=(200, 30, 30), size=(50, 40)):
    file = tmp_path / "start.png"
    Image.new("RGB", size, colour).save(file)
    return starting.picture(file, 96, 96)


def test_strength_says_how_much_of_the_start_is_left(tmp_path):
    start = _start(tmp_path)
    apart = [difference(paint(SCENE, start=start, strength=s), (start * 255).astype(np.uint8)) for s in (0.0, 0.4, 1.0)]
    assert apart[0] < 12 < apart[2]
    assert apart[0] < apart[1] < apart[2]


def test_the_colours_of_the_start_are_taken(tmp_path):
    red = paint(SCENE, start=_start(tmp_path), strength=1.0).astype(float).mean(axis=(0, 1))
    assert red[0] > red[1] * 1.15
    assert red[0] > red[2] * 1.15


def test_outside_the_mask_nothing_changes(tmp_path):
    start, where = _start(tmp_path), np.zeros((96, 96), np.float32)
    where[:, :40] = 1
    made = paint(SCENE, start=start, where=where, strength=1.0, style="oil")
    assert np.abs(made[:, 40:].astype(int) - np.rint(start[:, 40:] * 255)).max() <= 1
    assert difference(made[:, :40], np.rint(start[:, :40] * 255)) > 10


def test_one_pixel_is_enough_to_start_from(tmp_path):
    assert paint(SCENE, start=_start(tmp_path, size=(1, 1))).shape == (96, 96, 3)


def test_a_damaged_start_is_told(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(UserMistake):
        starting.picture(tmp_path / "a.png", 64, 64)


@pytest.mark.parametrize("size", [24, 250])
def test_outside_a_mask_of_another_size_nothing_changes(tmp_path, size):
    drawn = Image.new("L", (size, size), 0)
    drawn.paste(255, (0, 0, size // 2, size))
    drawn.save(tmp_path / "mask.png")
    start, where = _start(tmp_path), starting.mask(tmp_path / "mask.png", 96, 96)
    outside = np.s_[:, 48 + 96 // size + 1 :]  # of the edge, one point of the mask is soft
    made = paint(SCENE, start=start, where=where, strength=1.0, style="oil")
    assert where[outside].max() == 0
    assert np.abs(made[outside].astype(int) - np.rint(start[outside] * 255)).max() <= 1


def test_a_mask_of_clear_parts_is_where_it_is_not_clear(tmp_path):
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 32, 64))
    image.save(tmp_path / "mask.png")
    mask = starting.mask(tmp_path / "mask.png", 64, 64)
    assert mask[:, :20].min() == 1
    assert mask[:, 44:].max() == 0


@pytest.mark.parametrize("style", ["plain", "oil", "points"])
def test_it_can_be_left_between_any_two_layers(style):
    count = 0

    def tick():
        nonlocal count
        count += 1
        if count == 40:
            raise CancelledRun

    with pytest.raises(CancelledRun):
        painting.paint(painting.Order(prompts.read(SCENE), 64, 64, 1, style=style), tick)
