"""The pictures a file names: fetched several at a time, made safe, and given to their rows."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.core.files.base import ContentFile

from catalog.models import ProductImage
from catalog.services.images import fill_image
from catalog.services.importing.parsed import ParsedImage, ParsedProduct
from catalog.services.importing.remarks import Remark
from catalog.services.picture_files import PictureNotStored
from catalog.services.pictures import MOST_BYTES, prepare_picture
from shop.common.errors import ShopError
from shop.common.fetch import FetchError, Limits, fetch_public

AT_ONCE = 4
LIMITS = Limits(most_bytes=MOST_BYTES)


def fetch_pictures(products: Sequence[ParsedProduct]) -> Iterator[Remark]:
    """Fetch what these products still lack; yields a remark for each picture that could not be had.

    Fetching and re-encoding is done by threads that do not touch the database.
    """
    wanted = {(product.slug, image.url): image for product in products for image in product.images}
    missing = ProductImage.objects.filter(
        file="", product__slug__in={slug for slug, _url in wanted}, source_url__in={url for _slug, url in wanted}
    )
    rows = list(missing.order_by("product_id", "position").values_list("pk", "product__slug", "source_url"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        fetched = pool.map(_fetch, [url for _pk, _slug, url in rows])
        for (pk, slug, url), picture in zip(rows, fetched, strict=True):
            image = wanted.get((slug, url))
            if image is not None:
                yield from _keep(pk, image, picture)


def _keep(image_id: int, image: ParsedImage, picture: ContentFile[bytes] | str) -> Iterator[Remark]:
    if isinstance(picture, str):
        yield Remark(image.line, f"picture {image.url}: {picture}")
        return
    try:
        fill_image(image_id=image_id, picture=picture)
    except PictureNotStored as refusal:
        yield Remark(image.line, f"picture {image.url}: {refusal}")


def _fetch(url: str) -> ContentFile[bytes] | str:
    """The picture, or why there is none."""
    try:
        return prepare_picture(io.BytesIO(fetch_public(url, LIMITS)))
    except (FetchError, ShopError) as refusal:
        return str(refusal)
