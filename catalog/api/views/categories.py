"""/api/products/categories: the tree, and each category in it."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.serializers.categories import CategorySerializer, NewCategorySerializer
from catalog.api.views.products import IF_NONE_MATCH
from catalog.models import Category
from catalog.selectors.category_tree import Branch, category_tree, find_branch
from catalog.services.create_category import create_category
from catalog.services.edit_category import NewPlace, edit_category
from catalog.services.inputs import CategoryFields
from catalog.services.remove_category import remove_category
from shop.api.conditional import etag, not_modified, tagged
from shop.api.pagination import ShopPagination
from shop.api.permissions import AnyoneReadsStaffWrites
from shop.api.schema import LOCATION, problems, sent
from shop.api.serializers import body_of, located
from shop.common.errors import InvalidInput, NotFound

TAGS = ["categories"]
MUGS = sent("Below another", {"name": "Mugs", "parent_id": 1})
MOVED = sent("To the first level", {"name": "Mugs", "parent_id": None})
HIDDEN = sent("Hidden", {"is_active": False})


class CategoryView(GenericAPIView[Any]):
    """What the views of categories share."""

    permission_classes = (AnyoneReadsStaffWrites,)
    serializer_class = CategorySerializer
    pagination_class: Any = None
    staff_permissions: ClassVar[dict[str, str]] = {
        "POST": "catalog.add_category",
        "PUT": "catalog.change_category",
        "PATCH": "catalog.change_category",
        "DELETE": "catalog.delete_category",
    }

    def tree(self) -> list[Branch]:
        return category_tree(for_staff=self._works_here())

    def find(self, key: str) -> Branch:
        """Raises NotFound."""
        found = find_branch(self.tree(), key)
        if found is None:
            raise NotFound
        return found

    def values(self, branch: Branch) -> dict[str, Any]:
        category = branch.category
        image = category.image.url if category.image else ""
        return {
            "id": category.pk,
            "name": category.name,
            "slug": category.slug,
            "path": category.url_path,
            "parent_id": branch.parent_id,
            "description": category.description,
            "is_active": category.is_active,
            "image": self.request.build_absolute_uri(image) if image else None,
            "product_count": branch.product_count,
            "children": [self.values(child) for child in branch.children],
        }

    def answer(self, category_id: int, *, status: int = 200) -> Response:
        branch = self.find(str(category_id))
        return Response(CategorySerializer(self.values(branch)).data, status=status)

    def _works_here(self) -> bool:
        user = self.request.user
        may_see = bool(user and user.is_staff and user.has_perm("catalog.view_category"))
        return may_see or self.request.method in self.staff_permissions


class CategoriesView(CategoryView):
    pagination_class = ShopPagination
    cursor_ordering = ("path",)

    def get_serializer_class(self) -> type[CategorySerializer]:
        return NewCategorySerializer if self.request.method == "POST" else CategorySerializer

    @extend_schema(
        tags=TAGS,
        summary="The tree of categories",
        operation_id="categories_list",
        parameters=[IF_NONE_MATCH],
        responses={200: CategorySerializer(many=True), 304: None, **problems(400, 401, 429)},
    )
    def get(self, request: Request) -> Response:
        """Pages are of the first level; each category brings all below it along."""
        roots = {branch.category.pk: branch for branch in self.tree()}
        page = self.paginate_queryset(Category.objects.filter(pk__in=roots).order_by("path")) or []
        shown = [self.values(roots[category.pk]) for category in page]
        response = self.get_paginated_response(CategorySerializer(shown, many=True).data)
        tag = etag(rest=response.data)
        return not_modified(request, tag) or tagged(response, tag)

    @extend_schema(
        tags=TAGS,
        summary="Add a category",
        operation_id="categories_create",
        parameters=[LOCATION],
        request=NewCategorySerializer,
        responses={201: CategorySerializer, **problems(400, 401, 403)},
        examples=[MUGS],
    )
    def post(self, request: Request) -> Response:
        """As the last below `parent_id`, or of the first level."""
        body = body_of(request, NewCategorySerializer)
        parent_id = taken_parent(body, self.tree())
        made = create_category(fields=cast("CategoryFields", body), parent_id=parent_id)
        return located(request, self.answer(made.pk, status=201), at=f"products/categories/{made.pk}")


class OneCategoryView(CategoryView):
    @extend_schema(
        tags=TAGS,
        summary="A category",
        operation_id="categories_retrieve",
        parameters=[IF_NONE_MATCH],
        responses={200: CategorySerializer, 304: None, **problems(401, 404, 429)},
    )
    def get(self, request: Request, category: str) -> Response:
        """By id or slug, with all below it."""
        shown = CategorySerializer(self.values(self.find(category))).data
        tag = etag(rest=shown)
        return not_modified(request, tag) or tagged(Response(shown), tag)

    @extend_schema(
        tags=TAGS,
        summary="Change or move a category",
        operation_id="categories_update",
        request=CategorySerializer,
        responses={200: CategorySerializer, **problems(400, 401, 403, 404)},
        examples=[MOVED],
    )
    def put(self, request: Request, category: str) -> Response:
        """What is left out stays as it is. Another `parent_id` moves it, with all below it."""
        branch = self.find(category)
        body = body_of(request, CategorySerializer, instance=self.values(branch))
        place = None
        if "parent_id" in body:
            parent_id = taken_parent(body, self.tree())
            place = NewPlace(parent_id=parent_id) if parent_id != branch.parent_id else None
        edit_category(category_id=branch.category.pk, fields=cast("CategoryFields", body), place=place)
        return self.answer(branch.category.pk)

    @extend_schema(
        tags=TAGS,
        summary="Change parts of a category",
        operation_id="categories_partial_update",
        request=CategorySerializer,
        responses={200: CategorySerializer, **problems(400, 401, 403, 404)},
        examples=[HIDDEN],
    )
    def patch(self, request: Request, category: str) -> Response:
        """As PUT."""
        return self.put(request, category)

    @extend_schema(
        tags=TAGS,
        summary="Delete a category",
        operation_id="categories_destroy",
        responses={204: None, **problems(401, 403, 404, 409)},
    )
    def delete(self, request: Request, category: str) -> Response:
        """409 `category_in_use` while products or categories are in it; `is_active` hides it instead."""
        remove_category(category_id=self.find(category).category.pk)
        return Response(status=204)


def taken_parent(body: dict[str, Any], tree: list[Branch]) -> int | None:
    """The parent named in `body`, taken out of it. Raises InvalidInput where there is no such category."""
    parent_id: int | None = body.pop("parent_id", None)
    if parent_id is not None and find_branch(tree, str(parent_id)) is None:
        raise InvalidInput(_("There is no such category."), field="parent_id")
    return parent_id
