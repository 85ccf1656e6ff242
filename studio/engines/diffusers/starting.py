# pyright: basic, reportMissingImports=false
"""The picture to start from, on the canvas, and where on it to paint. The worker's main thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from order import Order
from PIL import Image, ImageFilter

from studio.engines.shared import holes, pictures
from studio.worker.failures import UserMistake

_HALF = 128  # of 255: what is clearer than that is a hole
_SEAM = 8  # half of the pixels in which a picture mixes with what continues it
_AT = {"centre": (0.5, 0.5), "left": (0.0, 0.5), "right": (1.0, 0.5), "top": (0.5, 0.0), "bottom": (0.5, 1.0)}

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Start:
    """A start picture of the size that is wanted. `where` is None where all of it is painted."""

    pixels: Pixels
    where: Pixels | None = None
    empty: bool = False  # nothing is under what is painted, so nothing of it can be kept

    def image(self, width: int, height: int) -> Image.Image:
        """Return the picture, its edges drawn out to a larger size that the model can compute."""
        return Image.fromarray(_drawn_out(self.pixels, width, height))

    def mask(self, width: int, height: int) -> Image.Image:
        """Return where to paint, likewise."""
        assert self.where is not None
        return Image.fromarray(_drawn_out(self.where, width, height))

    def kept(self, made: Pixels) -> Pixels:
        """Return what was made where it was wanted, and the picture itself, to the bit, where not."""
        if self.where is None:
            return made
        part = self.where[..., None].astype(np.float32) / 255
        mixed = self.pixels + (made.astype(np.float32) - self.pixels) * part
        return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def prepared(order: Order) -> Start | None:
    """Read the start picture and the mask of an order; None where it has none."""
    if order.start is None:
        return None
    image = pictures.opened(order.start, "the picture to start from")
    mask = None
    if order.mask is not None:
        mask = pictures.greys(pictures.opened(order.mask, "the mask"))
        mask = mask.resize(image.size, Image.Resampling.BILINEAR) if mask.size != image.size else mask
    if mask is not None or not pictures.is_clear(image):  # the mask says where to paint; the rest has to be something
        image = pictures.on_white(image)
    whole = _extended(image, order) if order.outpaint else pictures.filling(image, order.width, order.height)
    hole, pixels = _hole(whole), np.asarray(pictures.on_white(whole))
    painted = None if mask is None else _mask_on(mask, order)
    if hole.any():
        where = _seamed(hole)
        return Start(
            holes.filled(pixels, hole), where if painted is None else np.maximum(where, painted), empty=painted is None
        )
    if order.outpaint and painted is None:
        raise UserMistake("There is nothing to paint around the picture.", "Choose a larger size.")
    return Start(pixels, None if painted is None else _checked(painted))


def _hole(image: Image.Image) -> NDArray[np.bool_]:
    """Return where a picture is clear; a little haze is none."""
    if image.mode != "RGBA":
        return np.zeros((image.height, image.width), np.bool_)
    return np.asarray(image.getchannel("A")) < _HALF


def _mask_on(mask: Image.Image, order: Order) -> Pixels:
    if not order.outpaint:
        return np.asarray(pictures.filling(mask, order.width, order.height, mask=True))
    return np.asarray(_extended(mask.convert("RGB"), order, mask=True).convert("RGB").convert("L"))


def _checked(where: Pixels) -> Pixels:
    if not where.any():
        raise UserMistake(
            "The mask is black everywhere, so there is nothing to paint.", "Paint it white where to paint."
        )
    return where


def _extended(image: Image.Image, order: Order, *, mask: bool = False) -> Image.Image:
    """Return a picture whole on a clear canvas, made smaller where it would not fit."""
    scale = min(1.0, order.width / image.width, order.height / image.height)
    width, height = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    smaller = image if scale == 1.0 else image.resize((width, height), pictures.scaling(mask=mask))
    across, down = _AT.get(order.place, _AT["centre"])
    canvas = Image.new("RGBA", (order.width, order.height), (0, 0, 0, 0))
    canvas.paste(smaller, (round((order.width - width) * across), round((order.height - height) * down)))
    return canvas


def _seamed(hole: NDArray[np.bool_]) -> Pixels:
    """Return where to paint: a hole, and a seam around it over which both mix."""
    grown = Image.fromarray(hole.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(2 * _SEAM + 1))
    return np.asarray(grown.filter(ImageFilter.BoxBlur(_SEAM - 1)))


def _drawn_out(pixels: Pixels, width: int, height: int) -> Pixels:
    more = [(0, height - pixels.shape[0]), (0, width - pixels.shape[1])] + [(0, 0)] * (pixels.ndim - 2)
    return np.pad(pixels, more, mode="edge")
