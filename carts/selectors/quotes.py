"""What lines cost on their way to a destination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from carts.models import Cart, CartLine
from carts.pricing.quote import PriceLine, Quote, ShippingPrice, price_cart, without_tax
from carts.pricing.vat import is_reverse_charge
from carts.selectors.promotions import Offers, offers_for
from carts.selectors.shipping import Parcel, ShippingOption, shipping_options
from carts.selectors.tax import tax_percents
from shop.common.money import ZERO, round_money


@dataclass(frozen=True, kw_only=True)
class PricedCart:
    """`shipping_method` is the chosen option, or None while none fits the destination."""

    quote: Quote
    country: str
    shipping_options: tuple[ShippingOption, ...]
    shipping_method: ShippingOption | None
    offers: Offers


def price_lines(cart: Cart | None, lines: Sequence[CartLine]) -> PricedCart:
    """Price these lines as the cart is sent. Six queries and those of its promotions; one without lines."""
    country = (cart.country if cart else "") or settings.SHOP_COUNTRY
    options = shipping_options(parcel_of(lines, country, cart.postcode if cart else "")) if lines else []
    chosen = choose_shipping(options, cart.shipping_method if cart else "")
    offers = offers_for(cart, lines)
    terms = _tax_terms(cart, country)
    return PricedCart(
        quote=_quote(lines, chosen, offers, terms),
        country=country,
        shipping_options=tuple(options),
        shipping_method=chosen,
        offers=offers,
    )


def parcel_of(lines: Sequence[CartLine], country: str, postcode: str) -> Parcel:
    shipped = [line for line in lines if line.variant.requires_shipping]
    return Parcel(
        country=country,
        postcode=postcode,
        weight=sum(line.variant.weight_grams * line.quantity for line in shipped),
        value=sum((round_money(line.variant.price) * line.quantity for line in lines), ZERO),
        count=sum(line.quantity for line in shipped),
        requires_shipping=bool(shipped),
    )


def choose_shipping(options: Sequence[ShippingOption], code: str) -> ShippingOption | None:
    """The option with this code, else the first."""
    return next((option for option in options if option.code == code), options[0] if options else None)


@dataclass(frozen=True, kw_only=True)
class TaxTerms:
    """Percent by tax class. Under `is_reverse_charge` the buyer pays the tax, so prices are without it."""

    percents: dict[str, Decimal]
    is_reverse_charge: bool

    def price(self, price: Decimal, tax_class: str) -> Decimal:
        if not (self.is_reverse_charge and settings.SHOP_PRICES_INCLUDE_TAX):
            return price
        return without_tax(price, self.percents.get(tax_class, ZERO), settings.SHOP_CURRENCY)

    def percent(self, tax_class: str) -> Decimal:
        return ZERO if self.is_reverse_charge else self.percents.get(tax_class, ZERO)


def _tax_terms(cart: Cart | None, country: str) -> TaxTerms:
    number = cart.vat_number if cart and settings.SHOP_REVERSE_CHARGE else ""
    return TaxTerms(
        percents=tax_percents(country=country, region=cart.region if cart else ""),
        is_reverse_charge=is_reverse_charge(vat_number=number, country=country, shop_country=settings.SHOP_COUNTRY),
    )


def _quote(lines: Sequence[CartLine], shipping: ShippingOption | None, offers: Offers, terms: TaxTerms) -> Quote:
    return price_cart(
        [
            PriceLine(
                key=line.public_id,
                unit_price=terms.price(line.variant.price, line.variant.product.tax_class),
                quantity=line.quantity,
                tax_percent=terms.percent(line.variant.product.tax_class),
            )
            for line in lines
        ],
        shipping=_shipping_price(shipping, terms),
        currency=settings.SHOP_CURRENCY,
        prices_include_tax=settings.SHOP_PRICES_INCLUDE_TAX and not terms.is_reverse_charge,
        offers=offers.offers,
    )


def _shipping_price(option: ShippingOption | None, terms: TaxTerms) -> ShippingPrice | None:
    if option is None:
        return None
    price = terms.price(option.price, option.tax_class)
    return ShippingPrice(name=option.name, price=price, tax_percent=terms.percent(option.tax_class))
