"""Taking a tax class away."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carts.models import ShippingMethod, TaxClass
from catalog.models import Product
from catalog.services.tax_codes import knows_tax_classes
from shop.common.errors import Conflict


@knows_tax_classes
def tax_class_codes() -> frozenset[str]:
    """Every class that goods can be in, for the catalogue."""
    return frozenset(TaxClass.objects.values_list("code", flat=True))


def delete_tax_class_step(tax_class: TaxClass) -> None:
    """A step. Raises Conflict while something is taxed by it: that would be sold without tax from then on."""
    used_by_goods = Product.objects.filter(tax_class=tax_class.code).exists()
    if used_by_goods or ShippingMethod.objects.filter(tax_class=tax_class.code).exists():
        raise Conflict(
            _("Products or ways of delivery are taxed by “%(name)s”. Give them another tax class first.")
            % {"name": tax_class.name}
        )
    tax_class.delete()
