"""The sitemap: pages, categories, and products a range of ids at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.db.models import Max
from django.urls import reverse

from catalog.models import Category, Product, ProductStatus
from catalog.selectors.pages import shown_pages

RANGE = 10_000
LONGEST_NUMBER = 18  # int() refuses what is thousands of digits long


class SectionSitemap(Sitemap):
    """Without a date for the whole section: finding it would read every row."""

    def get_latest_lastmod(self) -> datetime | None:
        return None


class PageSitemap(SectionSitemap):
    def items(self) -> list[str]:
        written = [page.get_absolute_url() for page in shown_pages().only("slug")]
        return [reverse("catalog:home"), reverse("catalog:list"), *written]

    def location(self, item: str) -> str:
        return item


class CategorySitemap(SectionSitemap):
    def items(self) -> list[Category]:
        return list(Category.objects.filter(is_active=True).only("url_path", "updated_at", "path"))

    def lastmod(self, item: Category) -> datetime:
        return item.updated_at


@dataclass(frozen=True)
class IdRange:
    object_list: list[Product]


class IdRanges:
    """Pages by ranges of ids: no page costs more than another, however many products there are."""

    @property
    def num_pages(self) -> int:
        return (Product.objects.aggregate(last=Max("pk"))["last"] or 0) // RANGE + 1

    def page(self, number: int | str) -> IdRange:
        if not str(number).isdecimal() or len(str(number)) > LONGEST_NUMBER:
            raise PageNotAnInteger
        start = (int(number) - 1) * RANGE
        if not 1 <= int(number) <= self.num_pages:
            raise EmptyPage
        shown = Product.objects.filter(status=ProductStatus.ACTIVE, pk__gte=start, pk__lt=start + RANGE)
        return IdRange(list(shown.order_by("pk").only("slug", "updated_at")))


class ProductSitemap(SectionSitemap):
    @property
    def paginator(self) -> IdRanges:  # type: ignore[override]  # answers what the framework asks of it
        return IdRanges()

    def lastmod(self, item: Product) -> datetime:
        return item.updated_at


SITEMAPS = {"pages": PageSitemap, "categories": CategorySitemap, "products": ProductSitemap}
