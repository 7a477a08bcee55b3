"""Pictures of a product."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.http import QueryDict
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.representation import image_values
from catalog.api.serializers.images import ImageBody, ImageForm, NewImageBody
from catalog.api.serializers.products import ProductImageSerializer
from catalog.api.views.products import ProductView
from catalog.models import ProductImage
from catalog.services.images import ImageFields, add_image, remove_image, update_image
from catalog.services.pictures import prepare_picture
from shop.api.parsers import JSONParser
from shop.api.permissions import StaffByPermission
from shop.api.schema import problems
from shop.api.serializers import body_of
from shop.common.errors import NotFound

TAGS = ["products"]
EDIT = "catalog.change_product"
WORDS = OpenApiExample("Words and place", request_only=True, value={"alt": "A blue mug from above", "position": 0})


class ImageView(ProductView):
    """Whoever may change a product may change its pictures."""

    permission_classes = (StaffByPermission,)
    staff_permissions: ClassVar[dict[str, str]] = dict.fromkeys(("POST", "PATCH", "DELETE"), EDIT)

    def shown(self, image: ProductImage, *, status: int = 200) -> Response:
        return Response(ProductImageSerializer(image_values(image, self.request)).data, status=status)


class ImagesView(ImageView):
    parser_classes = (MultiPartParser,)
    serializer_class: Any = NewImageBody

    @extend_schema(
        tags=TAGS,
        summary="Add a picture",
        operation_id="product_images_create",
        request={"multipart/form-data": NewImageBody},
        responses={201: ProductImageSerializer, **problems(400, 401, 403, 404, 503)},
    )
    def post(self, request: Request, product: str) -> Response:
        """As the last, or at `position`; the first is the product's `image`. It is written anew, without metadata."""
        found = self.find(product)
        body = body_of(request, NewImageBody)
        picture = prepare_picture(body.pop("file"))
        image = add_image(product_id=found.pk, picture=picture, fields=cast("ImageFields", body))
        return self.shown(image, status=201)


class OneImageView(ImageView):
    parser_classes = (JSONParser, MultiPartParser)
    serializer_class: Any = ImageBody

    @extend_schema(
        tags=TAGS,
        summary="Change a picture's words or place",
        operation_id="product_images_partial_update",
        request={"application/json": ImageBody, "multipart/form-data": ImageForm},
        responses={200: ProductImageSerializer, **problems(400, 401, 403, 404)},
        examples=[WORDS],
    )
    def patch(self, request: Request, product: str, image: int) -> Response:
        found = self._image(product, image)
        body = body_of(request, ImageForm if isinstance(request.data, QueryDict) else ImageBody)
        return self.shown(update_image(image_id=found.pk, fields=cast("ImageFields", body)))

    @extend_schema(
        tags=TAGS,
        summary="Delete a picture",
        operation_id="product_images_destroy",
        responses={204: None, **problems(401, 403, 404)},
    )
    def delete(self, request: Request, product: str, image: int) -> Response:
        remove_image(image_id=self._image(product, image).pk)
        return Response(status=204)

    def _image(self, product: str, image: int) -> ProductImage:
        """Only the product's own. Raises NotFound."""
        found = self.find(product).images.filter(pk=image).first()
        if found is None:
            raise NotFound
        return found
