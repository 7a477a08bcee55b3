"""Pages staff write: about, shipping, returns, terms, privacy, imprint."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalog.models import ContentPage
from catalog.services.changes import record_change
from catalog.services.checks import checked
from catalog.services.inputs import PageFields
from catalog.services.slugs import make_slug, slug_problem
from catalog.services.texts import stored_text
from shop.common.errors import InvalidInput, NotFound
from shop.common.unit import transactional

# Pages are called by names the shop's code also uses ("shipping", "returns"): nothing is reserved there.
NOTHING: frozenset[str] = frozenset()


@transactional
def create_page(*, fields: PageFields) -> ContentPage:
    """Raises InvalidInput naming the fields. HTML is cleaned."""
    return write_page(ContentPage(), fields)


@transactional
def update_page(*, page_id: int, fields: PageFields) -> ContentPage:
    """Raises NotFound, InvalidInput naming the fields."""
    page = ContentPage.objects.select_for_update().filter(pk=page_id).first()
    if page is None:
        raise NotFound
    return write_page(page, fields)


def write_page(page: ContentPage, fields: PageFields) -> ContentPage:
    """A step: write the given fields of a page, new or not."""
    given = {key: value for key, value in fields.items() if key != "slug"}
    values = checked(ContentPage, given, required=() if page.pk else ("title",))
    if "body" in values:
        values["body"] = stored_text(values["body"])
    for key, value in values.items():
        setattr(page, key, value)
    if "slug" in fields or not page.pk:
        page.slug = _slug(fields.get("slug", "").strip(), page)
    page.save()
    record_change()
    return page


def drop_page(page: ContentPage) -> None:
    """A step: delete it."""
    page.delete()
    record_change()


def _slug(slug: str, page: ContentPage) -> str:
    others = ContentPage.objects.exclude(pk=page.pk)
    if not slug:
        return make_slug(
            page.title, is_taken=lambda s: others.filter(slug=s).exists(), fallback="page", longest=70, reserved=NOTHING
        )
    problem = slug_problem(slug, reserved=NOTHING)
    if not problem and others.filter(slug=slug).exists():
        problem = _("Another page has this address.")
    if problem:
        raise InvalidInput(problem, field="slug")
    return slug
