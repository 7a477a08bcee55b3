"""HTML that staff or an import wrote: what of it may stay."""

from __future__ import annotations

import html
import re

import nh3
from django.utils.html import linebreaks, strip_tags

TAGS = {"a", "b", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h2", "h3", "h4", "hr", "i", "li", "ol", "p"}
TAGS |= {"s", "small", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"}
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
BLOCK_ENDS = re.compile(r"</(?:p|li|h\d|dd|dt|td|th|tr|blockquote)>|<br>")
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
    spaced = BLOCK_ENDS.sub(r"\g<0> ", readable_html(text))
    return " ".join(html.unescape(strip_tags(spaced)).split())
