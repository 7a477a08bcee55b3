"""HTML that staff or an import wrote: what of it may stay."""

from __future__ import annotations

import html
import re

import nh3
from django.utils.html import linebreaks

TAGS = {"a", "b", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h2", "h3", "h4", "hr", "i", "li", "ol", "p"}
TAGS |= {"s", "small", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"}
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
BLOCKS = re.compile(r"</?(?:p|li|h\d|hr|br|dd|dt|td|th|tr|blockquote)\b", re.IGNORECASE)
SCHEMES = {"http", "https", "mailto", "tel"}


def clean_html(text: str) -> str:
    """`text` without scripts, styles, pictures and handlers; call it whenever HTML is saved."""
    return nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES).strip()


def readable_html(text: str) -> str:
    """Safe HTML to show: plain text becomes paragraphs, markup is cleaned once more."""
    if "<" not in text:
        return linebreaks(text, autoescape=True)
    return clean_html(text)


def plain_text(text: str) -> str:
    """What of HTML, or of plain text, is left to read: on one line, unescaped."""
    if "<" in text:
        spaced = BLOCKS.sub(r" \g<0>", text)
        text = html.unescape(nh3.clean(spaced, tags=set()))
    return " ".join(text.split())
