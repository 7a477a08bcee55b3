"""What stands around every page: categories, and the pages staff wrote. One query."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, CharField, F, IntegerField, Q, QuerySet, TextField, Value, When
from django.urls import reverse

from catalog.models import Category, ContentPage
from shop.common.digest import digest_of

DEPTH = 2
PARTS_OF_HOME = ("home", "home-featured", "home-categories", "home-how")
NOTHING = Value("", CharField())
STEP = Category.steplen


@dataclass(frozen=True)
class CategoryLink:
    id: int
    name: str
    url_path: str
    path: str
    description: str = ""
    children: list[CategoryLink] = field(default_factory=list)

    @property
    def url(self) -> str:
        return reverse("catalog:category", args=[self.url_path])


@dataclass(frozen=True)
class PageLink:
    slug: str
    title: str
    in_footer: bool
    body: str = ""
    image: str = ""
    image_alt: str = ""

    @property
    def url(self) -> str:
        return reverse("catalog:page", args=[self.slug])


@dataclass(frozen=True)
class Frame:
    """`categories` are those of the first level with their children; `pages` are known by slug.

    Of pages that are parts of the home page the frame has text and picture, of others only what a link needs.
    `html` is what was rendered of it, for the next page.
    """

    categories: list[CategoryLink]
    pages: dict[str, PageLink]
    html: dict[tuple[str, str, int], str] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def digest(self) -> str:
        """Of all that it shows."""
        return digest_of(self)

    @property
    def footer_pages(self) -> list[PageLink]:
        return [page for page in self.pages.values() if page.in_footer]

    @property
    def strip(self) -> str:
        """The line above the header: the title of the page `strip`."""
        page = self.pages.get("strip")
        return page.title if page else ""


def get_frame() -> Frame:
    """Links for header, menu and footer. One query, whatever there is."""
    rows = _rows()
    pages = sorted((row for row in rows if not row["path"]), key=lambda row: (row["place"], row["id"]))
    return Frame(
        categories=_tree(sorted((row for row in rows if row["path"]), key=lambda row: row["path"])),
        pages={row["address"]: _page_link(row) for row in pages},
    )


def _rows() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        sql, parameters = _statement(connection.vendor)
        cursor.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


@cache
def _statement(_vendor: str) -> tuple[str, tuple[Any, ...]]:
    """Every page after a change asks it, and making it takes longer than answering it."""
    sql, parameters = _categories().union(_pages(), all=True).query.sql_with_params()
    return sql, tuple(parameters)


def _page_link(row: dict[str, Any]) -> PageLink:
    image = {"image": row["image_name"], "image_alt": row["image_words"]}
    return PageLink(row["address"], row["label"], bool(row["footer"]), body=row["text"], **image)


def _tree(rows: list[dict[str, Any]]) -> list[CategoryLink]:
    """Parents come before their children; a child whose parent is not shown is not shown either."""
    roots: list[CategoryLink] = []
    by_path: dict[str, CategoryLink] = {}
    for row in rows:
        path = row["path"]
        parent = by_path.get(path[:-STEP])
        if parent is None and len(path) > STEP:
            continue
        link = by_path[path] = CategoryLink(row["id"], row["label"], row["address"], path, row["text"])
        (parent.children if parent else roots).append(link)
    return roots


def _categories() -> QuerySet[Any, Any]:
    shown: QuerySet[Any, Any] = Category.objects.filter(is_active=True, depth__lte=DEPTH).order_by()
    return shown.values(
        "id",
        "path",
        label=F("name"),
        address=F("url_path"),
        place=Value(0, IntegerField()),
        footer=Value(True, BooleanField()),
        text=F("description"),
        image_name=NOTHING,
        image_words=NOTHING,
    )


def _pages() -> QuerySet[Any, Any]:
    shown = ContentPage.objects.filter(is_active=True).order_by()
    is_part = Q(slug__in=PARTS_OF_HOME)
    return shown.values(
        "id",
        path=Value("", CharField()),
        label=F("title"),
        address=F("slug"),
        place=F("position"),
        footer=F("in_footer"),
        text=Case(When(is_part, then=F("body")), default=NOTHING, output_field=TextField()),
        image_name=Case(When(is_part, then=F("image")), default=NOTHING, output_field=CharField()),
        image_words=Case(When(is_part, then=F("image_alt")), default=NOTHING, output_field=CharField()),
    )
