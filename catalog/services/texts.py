"""Long texts as they are stored: plain, or HTML that was cleaned."""

from __future__ import annotations

import html

from shop.common.html import clean_html


def stored_text(text: str) -> str:
    """Clean `text` once and for all; plain text stays as it was typed, cleaning twice changes nothing.

    Text without markup is stored unescaped, because pages escape it; where that could be read as
    markup again, it becomes a paragraph instead.
    """
    cleaned = clean_html(text)
    if "<" in cleaned:
        return cleaned
    plain = html.unescape(cleaned)
    is_plain = "<" not in plain and html.unescape(plain) == plain
    return plain if is_plain else f"<p>{cleaned}</p>"
