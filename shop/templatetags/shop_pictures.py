"""Pictures in pages: `{% picture %}`."""

from __future__ import annotations

from typing import Any, Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shop.common.pictures import copy_url, copy_widths

register = template.Library()

PLACEHOLDER = format_html(
    '<svg class="{}" viewBox="0 0 80 100" aria-hidden="true">'
    '<path d="M22 54a18 18 0 0 1 36 0zM27 61h26M34 68h12"/></svg>',
    "no-picture",
)


class Picture(Protocol):
    """Anything with a file and its measure in pixels: ProductImage."""

    file: Any
    width: int | None
    height: int | None
    alt: str


@register.simple_tag
def picture(
    image: Picture | None, *, sizes: str = "100vw", alt: str | None = None, eager: bool = False, css: str = ""
) -> SafeString:
    """`{% picture product.main_image sizes="25vw" alt=product.name %}`.

    `alt` stands in when the picture has no words of its own; alt="" makes it decorative. `eager` is for
    the first picture of a page. Costs no query and no look at the disk.
    """
    if image is None or not image.file:
        return PLACEHOLDER
    text = "" if alt == "" else image.alt or alt or ""
    return picture_html(image.file.name, (image.width, image.height), sizes=sizes, alt=text, eager=eager, css=css)


@register.simple_tag
def picture_file(
    file: Any, *, width: int, height: int, sizes: str = "100vw", alt: str = "", eager: bool = False
) -> SafeString:
    """The same for a bare file, such as a category's; `width` and `height` give its shape on the page."""
    if not file:
        return PLACEHOLDER
    return picture_html(file.name, (width, height), sizes=sizes, alt=alt, eager=eager)


def picture_html(
    name: str, size: tuple[int | None, int | None], *, sizes: str, alt: str, eager: bool = False, css: str = ""
) -> SafeString:
    widths = copy_widths(size[0])
    sources = ", ".join(f"{copy_url(name, w)} {w}w" for w in widths)
    attributes = [("class", css)] if css else []
    attributes += [(key, str(value)) for key, value in zip(("width", "height"), size, strict=True) if value]
    attributes.append(("fetchpriority", "high") if eager else ("loading", "lazy"))
    return format_html(
        '<img src="{}" srcset="{}" sizes="{}" alt="{}"{}>',
        copy_url(name, _middle(widths)),
        sources,
        sizes,
        alt,
        format_html_join("", ' {}="{}"', attributes),
    )


def _middle(widths: list[int]) -> int:
    return widths[min(len(widths) - 1, 2)]
