"""Pictures of products."""

from __future__ import annotations

from typing import TypedDict

from django.core.files.base import ContentFile
from django.db.models import Max

from catalog.models import Product, ProductImage
from catalog.services.checks import checked
from catalog.services.editing import finish_edit, lock_product
from catalog.services.picture_files import forget_file, kept_file
from shop.common.errors import NotFound
from shop.common.unit import transactional


class ImageFields(TypedDict, total=False):
    """`alt` says in words what is seen; `source_url` is where it comes from."""

    alt: str
    position: int
    source_url: str


@transactional
def add_image(*, product_id: int, picture: ContentFile[bytes], fields: ImageFields) -> ProductImage:
    """Add a picture that `prepare_picture` made. Raises NotFound, InvalidInput, PictureNotStored."""
    product = lock_product(product_id)
    image = attach_image(product, picture, fields)
    finish_edit(product)
    return image


@transactional
def update_image(*, image_id: int, fields: ImageFields) -> ProductImage:
    """Change words or place of a picture. Raises NotFound, InvalidInput."""
    product = lock_product(_product_of(image_id))
    image = ProductImage.objects.get(pk=image_id)
    if change_image(image, fields):
        finish_edit(product)
    return image


@transactional
def remove_image(*, image_id: int) -> None:
    """Take a picture away, its file too. Raises NotFound."""
    product = lock_product(_product_of(image_id))
    drop_image(ProductImage.objects.get(pk=image_id))
    finish_edit(product)


@transactional
def fill_image(*, image_id: int, picture: ContentFile[bytes]) -> ProductImage:
    """Give a picture that was known by its address only its file. Raises NotFound, PictureNotStored."""
    product = lock_product(_product_of(image_id))
    image = ProductImage.objects.get(pk=image_id)
    replace_file(image, picture)
    finish_edit(product)
    return image


def attach_image(product: Product, picture: ContentFile[bytes] | None, fields: ImageFields) -> ProductImage:
    """A step: add a picture, or only its address. The last place is taken where none is given."""
    values = checked(ProductImage, fields)
    if "position" not in values:
        last = product.images.aggregate(last=Max("position"))["last"]
        values["position"] = 0 if last is None else last + 1
    image = ProductImage(product=product, **values)
    with kept_file(image.file, picture):
        image.save()
    return image


def replace_file(image: ProductImage, picture: ContentFile[bytes]) -> None:
    """A step: give a picture another file, or its first."""
    with kept_file(image.file, picture):
        image.save()


def change_image(image: ProductImage, fields: ImageFields) -> bool:
    """A step: write what differs. True when something did."""
    values = checked(ProductImage, fields)
    different = {key: value for key, value in values.items() if getattr(image, key) != value}
    for key, value in different.items():
        setattr(image, key, value)
    if different:
        ProductImage.objects.filter(pk=image.pk).update(**different)
    return bool(different)


def drop_image(image: ProductImage) -> None:
    """A step: delete the row now, the file once the unit has been committed."""
    ProductImage.objects.filter(pk=image.pk).delete()
    forget_file(image.file.name)


def _product_of(image_id: int) -> int:
    found = ProductImage.objects.filter(pk=image_id).values_list("product_id", flat=True).first()
    if found is None:
        raise NotFound
    return found
