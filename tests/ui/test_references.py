"""The binding to Qt must not lose references: with a version that does, a window dies after some hundred signals."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage, QPainter


class _Sender(QObject):
    told = Signal(bool)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal there")
def test_signals_and_painting_lose_no_reference(qapp: object) -> None:
    del qapp
    sender, image = _Sender(), QImage(8, 8, QImage.Format.Format_ARGB32)
    heard: list[bool] = []
    sender.told.connect(heard.append)
    painter = QPainter(image)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(1000):
        sender.told.emit(False)
        painter.fillRect(0, 0, 4, 4, QColor("red"))
        painter.setPen(QColor("blue"))
    after = sys.getrefcount(None), sys.getrefcount(True)
    painter.end()
    assert len(heard) == 1000
    assert max(abs(a - b) for a, b in zip(after, before, strict=True)) < 100
