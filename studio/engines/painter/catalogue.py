"""All figures by the names of the vocabulary: who draws them, how large they are, where they belong. Data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import buildings
import life
import numpy as np
import objects
import plants
import travel
from figure import Figure


@dataclass(frozen=True)
class Kind:
    """A kind of thing."""

    draw: Callable[[Figure, np.random.Generator], None]
    size: float  # in units, for one of them in the middle distance
    wide: float  # its width against its height
    where: str  # "land", "water", "sky", "front", "still"
    many: int = 5  # how many a plural means
    own: str = ""  # the material that a colour in the prompt replaces


KINDS: dict[str, Kind] = {
    "tree": Kind(plants.tree, 0.3, 0.85, "land", 5, "leaf leaf2"),
    "blossom": Kind(plants.blossom, 0.34, 1.0, "land", 4, "blossom petal"),
    "pine": Kind(plants.pine, 0.33, 0.5, "land", 7, "needle leaf"),
    "cypress": Kind(plants.cypress, 0.27, 0.22, "land", 7, "needle leaf"),
    "palm": Kind(plants.palm, 0.38, 0.7, "land", 4, "leaf leaf2"),
    "birch": Kind(plants.birch, 0.34, 0.42, "land", 7, "leaf leaf2"),
    "deadtree": Kind(plants.deadtree, 0.33, 0.8, "land", 3, "trunk"),
    "bush": Kind(plants.bush, 0.08, 1.2, "land", 7, "leaf leaf2"),
    "flower": Kind(plants.flower, 0.12, 0.35, "front", 46, "petal petal2 petal3 accent white"),
    "sunflower": Kind(plants.sunflower, 0.22, 0.45, "front", 24, "petal2"),
    "tulip": Kind(plants.tulip, 0.13, 0.35, "front", 50, "petal petal2 petal3 accent"),
    "lavender": Kind(plants.lavender, 0.1, 0.4, "front", 60, "petal3"),
    "reed": Kind(plants.reed, 0.17, 0.5, "front", 14, "reed"),
    "mushroom": Kind(plants.mushroom, 0.11, 0.9, "front", 7, "accent"),
    "cactus": Kind(plants.cactus, 0.25, 0.6, "land", 5, "cactus"),
    "rock": Kind(plants.rock, 0.07, 1.5, "land", 5, "rock stone"),
    "house": Kind(buildings.house, 0.14, 1.4, "land", 4, "roof roof2"),
    "barn": Kind(buildings.barn, 0.16, 1.2, "land", 2, "accent"),
    "church": Kind(buildings.church, 0.22, 0.85, "land", 2, "roof2"),
    "castle": Kind(buildings.castle, 0.34, 1.15, "land", 2, "stone rock"),
    "tower": Kind(buildings.tower, 0.28, 0.3, "land", 3, "stone rock"),
    "lighthouse": Kind(buildings.lighthouse, 0.36, 0.5, "land", 2, "accent"),
    "temple": Kind(buildings.temple, 0.22, 1.5, "land", 2, "wall"),
    "pagoda": Kind(buildings.pagoda, 0.36, 0.8, "land", 2, "accent"),
    "pyramid": Kind(buildings.pyramid, 0.26, 1.7, "land", 3, "dune"),
    "windmill": Kind(buildings.windmill, 0.26, 0.8, "land", 3, "sail"),
    "turbine": Kind(buildings.turbine, 0.3, 0.5, "land", 5, "white"),
    "ruin": Kind(buildings.ruin, 0.2, 1.3, "land", 2, "wall"),
    "tent": Kind(buildings.tent, 0.11, 1.6, "land", 3, "accent2 accent"),
    "snowman": Kind(buildings.snowman, 0.2, 0.6, "front", 3, "accent"),
    "campfire": Kind(objects.campfire, 0.085, 0.9, "land", 2),
    "lantern": Kind(objects.lantern, 0.12, 0.5, "front", 5),
    "streetlamp": Kind(objects.streetlamp, 0.3, 0.2, "land", 4),
    "poles": Kind(objects.pole, 0.34, 0.4, "land", 4),
    "fence": Kind(objects.fence, 0.085, 6.0, "front", 1, "wood wall2"),
    "bench": Kind(objects.bench, 0.085, 2.2, "land", 2, "wood wall2"),
    "sign": Kind(objects.sign, 0.17, 1.0, "front", 2),
    "umbrella": Kind(objects.umbrella, 0.2, 1.2, "land", 4, "accent"),
    "train": Kind(travel.train, 0.075, 7.0, "land", 1, "accent"),
    "car": Kind(travel.car, 0.06, 2.2, "land", 3, "accent"),
    "person": Kind(life.person, 0.13, 0.32, "land", 4, "coat accent"),
    "couple": Kind(life.couple, 0.13, 0.7, "land", 2),
    "cat": Kind(life.cat, 0.12, 0.7, "front", 3, "dark"),
    "dog": Kind(life.dog, 0.075, 1.3, "land", 3, "fur"),
    "wolf": Kind(life.wolf, 0.12, 1.0, "land", 3, "rock"),
    "horse": Kind(life.horse, 0.13, 1.2, "land", 4, "fur"),
    "deer": Kind(life.deer, 0.16, 0.9, "land", 4, "fur"),
    "sheep": Kind(life.sheep, 0.05, 1.3, "land", 9, "wool"),
    "boat": Kind(travel.boat, 0.07, 1.6, "water", 4, "wood"),
    "ship": Kind(travel.ship, 0.2, 0.85, "water", 4, "sail"),
    "whale": Kind(life.whale, 0.13, 2.4, "water", 2, "roof2"),
    "swan": Kind(life.swan, 0.075, 1.1, "water", 3, "white"),
    "balloon": Kind(travel.balloon, 0.27, 0.75, "sky", 6, "accent"),
    "bird": Kind(life.bird, 0.05, 1.0, "sky", 9, "dark"),
    "kite": Kind(travel.kite, 0.13, 1.0, "sky", 3, "accent"),
    "airship": Kind(travel.airship, 0.13, 2.5, "sky", 2, "wall"),
    "plane": Kind(travel.plane, 0.13, 1.6, "sky", 2, "white"),
    "butterfly": Kind(life.butterfly, 0.06, 1.0, "sky", 7, "accent accent2 petal3 accent3 petal"),
    "rocket": Kind(travel.rocket, 0.32, 0.5, "sky", 2, "white"),
    "ufo": Kind(travel.ufo, 0.12, 1.6, "sky", 3, "metal"),
    "fish": Kind(life.fish, 0.1, 1.0, "water", 12, "accent accent2 coral gold ice"),
    "jellyfish": Kind(life.jellyfish, 0.2, 0.7, "water", 5, "petal3"),
    "microphone": Kind(objects.microphone, 0.62, 0.6, "still", 1, "metal"),
    "headphones": Kind(objects.headphones, 0.56, 1.0, "still", 1, "accent"),
    "vinyl": Kind(objects.vinyl, 0.6, 1.0, "still", 1, "accent"),
    "note": Kind(objects.note, 0.5, 0.9, "still", 3, "dark"),
    "guitar": Kind(objects.guitar, 0.72, 0.5, "still", 1, "dune"),
    "heart": Kind(objects.heart, 0.5, 1.0, "still", 3, "accent"),
    "book": Kind(objects.book, 0.45, 1.6, "still", 1, "accent"),
    "cup": Kind(objects.cup, 0.48, 1.0, "still", 1, "white"),
    "bulb": Kind(objects.bulb, 0.56, 0.7, "still", 1),
}
# Drawn by the scene itself, because they span it: bridge, pier, poles.
SPANNING = frozenset({"bridge", "pier"})
