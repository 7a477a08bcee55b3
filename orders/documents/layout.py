"""The sheet: fonts, colours, the frame around what is said."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS = Path(__file__).parent / "fonts"
TEXT, STRONG = "Shop", "Shop-Bold"
INK, MUTED, LINE, TIDE = HexColor("#181c1a"), HexColor("#585e59"), HexColor("#dddcd4"), HexColor("#15323e")
MARGIN, TOP, FOOT = 20 * mm, 46 * mm, 28 * mm
BAND = 5 * mm
PADDING = 6  # what reportlab's frames keep free on each side


@functools.cache
def load_fonts() -> None:
    """Once a process: reading them takes a tenth of a second."""
    pdfmetrics.registerFont(TTFont(TEXT, FONTS / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont(STRONG, FONTS / "DejaVuSans-Bold.ttf"))


BODY = ParagraphStyle("body", fontName=TEXT, fontSize=9, leading=13, textColor=INK)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=7.5, leading=11, textColor=MUTED)
RIGHT = ParagraphStyle("right", parent=BODY, alignment=TA_RIGHT)
SMALL_RIGHT = ParagraphStyle("small-right", parent=SMALL, alignment=TA_RIGHT)
BOLD_RIGHT = ParagraphStyle("bold-right", parent=RIGHT, fontName=STRONG, fontSize=10.5)
BOLD = ParagraphStyle("bold", parent=BODY, fontName=STRONG, fontSize=10.5)
TITLE = ParagraphStyle("title", parent=BODY, fontName=TEXT, fontSize=20, leading=26)


def draw_frame(canvas: Any, page: Any, *, shop: str, sender: list[str], number: str, page_word: str) -> None:
    """The head with the shop's name and address, and the foot, on every page."""
    width, height = page.pagesize
    canvas.saveState()
    canvas.setFillColor(TIDE)
    canvas.rect(0, height - BAND, width, BAND, stroke=0, fill=1)
    canvas.setFillColor(INK)
    canvas.setFont(TEXT, 17)
    canvas.drawString(MARGIN, height - 22 * mm, shop)
    canvas.setFont(TEXT, 7.5)
    canvas.setFillColor(MUTED)
    for row, text in enumerate(sender[:6]):
        canvas.drawRightString(width - MARGIN, height - 17 * mm - row * 10, text)
    canvas.setStrokeColor(LINE)
    canvas.line(MARGIN, 20 * mm, width - MARGIN, 20 * mm)
    canvas.drawString(MARGIN, 15 * mm, number)
    canvas.drawRightString(width - MARGIN, 15 * mm, f"{page_word} {canvas.getPageNumber()}")
    canvas.restoreState()
