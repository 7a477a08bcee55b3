"""Bodies of orders and payments as their owners see them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.services.postal import LENGTHS, PostalInput
from carts.api.serializers import LARGEST_ID, CartSerializer, StepSerializer
from orders.api.rows import OrderRow, ParcelRow, PaymentRow, ReturnRow
from orders.gateways.registry import payment_methods
from orders.models import Order, OrderStatus, Payment, RefundState
from orders.services.cancel_order import is_cancellable
from orders.services.checkout import LONGEST_NOTE
from orders.services.payable import is_payable
from shop.api.fields import FlagField, MoneyField, TextField, TimeField, WholeField
from shop.api.serializers import StrictSerializer

LONGEST_EMAIL = 254
LONGEST_TOKEN = 500


class AddressBody(StrictSerializer):
    full_name = TextField(max_length=LENGTHS["full_name"])
    company = TextField(max_length=LENGTHS["company"], required=False, allow_blank=True)
    line1 = TextField(max_length=LENGTHS["line1"])
    line2 = TextField(max_length=LENGTHS["line2"], required=False, allow_blank=True)
    city = TextField(max_length=LENGTHS["city"], required=False, allow_blank=True)
    region = TextField(max_length=LENGTHS["region"], required=False, allow_blank=True)
    postcode = TextField(max_length=LENGTHS["postcode"], required=False, allow_blank=True)
    country = TextField(max_length=2, help_text="ISO 3166-1, two letters.")
    phone = TextField(max_length=LENGTHS["phone"], required=False, allow_blank=True)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": LENGTHS["line1"]},
            {
                "type": "object",
                "required": ["full_name", "line1", "country"],
                "additionalProperties": False,
                "properties": {name: {"type": "string", "maxLength": longest} for name, longest in LENGTHS.items()},
            },
        ],
        "examples": [
            "123 Main St",
            {
                "full_name": "Ines Albrecht",
                "line1": "Hafenstraße 12",
                "postcode": "20359",
                "city": "Hamburg",
                "country": "DE",
            },
        ],
    }
)
class AddressField(serializers.Field[PostalInput, Any, Any, Any]):
    """A text, taken as one line in the shop's country, or the address by its fields."""

    def to_internal_value(self, data: Any) -> PostalInput:
        if isinstance(data, str):
            line = TextField(max_length=LENGTHS["line1"]).run_validation(data)
            return PostalInput(line1=str(line), country=settings.SHOP_COUNTRY, as_text=True)
        body = AddressBody(data=data)
        body.is_valid(raise_exception=True)
        return PostalInput(**body.validated_data)

    def to_representation(self, value: PostalInput) -> Any:
        return value.columns()


class CheckoutBody(StrictSerializer):
    """What is decided at checkout. Guests say their `email`; customers have one."""

    email = TextField(max_length=LONGEST_EMAIL, required=False)
    delivery_address = AddressField()
    billing_address = AddressField(required=False)
    shipping_method = TextField(max_length=40, required=False, allow_blank=True)
    payment_method = TextField(
        max_length=20, required=False, allow_blank=True, help_text="Omitted: the first there is."
    )
    note = TextField(max_length=LONGEST_NOTE, required=False, allow_blank=True)
    gift_card = TextField(
        max_length=40, required=False, allow_blank=True, help_text="The code of one that pays as much as it can."
    )
    vat_number = TextField(
        max_length=20, required=False, allow_blank=True, help_text="Of a business elsewhere in the European Union."
    )
    expected_total = MoneyField(required=False, help_text="The total you saw; another one is 409 total_changed.")


class CheckoutForBody(CheckoutBody):
    """The same for a customer whose addresses are known: without one the default address is taken."""

    delivery_address = AddressField(required=False)


class TakeOutBody(StrictSerializer):
    """`variant_id`, or `product_id` for all its variants; without `quantity` all there is of it."""

    variant_id = WholeField(min_value=1, max_value=LARGEST_ID, required=False)
    product_id = WholeField(min_value=1, max_value=LARGEST_ID, required=False)
    quantity = WholeField(min_value=1, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "variant_id" not in attrs and "product_id" not in attrs:
            raise serializers.ValidationError(
                {"variant_id": _("Say which: variant_id or product_id.")}, code="required"
            )
        return attrs


class OrderQuery(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=OrderStatus.choices, required=False, allow_blank=True)
    since = TimeField(required=False, help_text="Placed then or later.")


class PublicEvent(serializers.Serializer[Any]):
    """What happened, as its customer is told."""

    kind = serializers.CharField()
    message = serializers.CharField()
    created_at = TimeField()


class OwnRefund(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(source="state", choices=RefundState.choices)
    amount = MoneyField()
    created_at = TimeField()
    settled_at = TimeField(allow_null=True)


class OrderSerializer(OrderRow):
    """An order as its owner sees it."""

    events = PublicEvent(source="public_events", many=True)


class OrderDetail(OrderSerializer):
    """With payments, refunds and parcels, and what can be done with it now."""

    note = serializers.CharField()
    steps = StepSerializer(many=True)
    payments = PaymentRow(many=True)
    refunds = OwnRefund(many=True)
    returns = ReturnRow(many=True)
    shipments = ParcelRow(many=True)
    can_pay = serializers.SerializerMethodField()
    can_cancel = serializers.SerializerMethodField()

    def get_can_pay(self, order: Order) -> bool:
        return is_payable(order)

    def get_can_cancel(self, order: Order) -> bool:
        return is_cancellable(order)


class PlacedOrder(OrderDetail):
    """`order_token` is given to guests: their X-Order-Token."""

    order_token = serializers.CharField(required=False)


class LeftOutSerializer(serializers.Serializer[Any]):
    sku = serializers.CharField(source="line.sku")
    name = serializers.CharField(source="line.name")
    quantity = serializers.IntegerField(source="line.quantity")
    detail = serializers.CharField(source="reason")


class ReorderedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField(help_text="Lines of the order that are in the cart again.")
    left_out = LeftOutSerializer(many=True)
    cart = CartSerializer()


class PayBody(StrictSerializer):
    """`order_id` or `order_number`; `token` is what the gateway's own form gave, with `test` a test card's number."""

    order_id = TextField(max_length=32, required=False)
    order_number = TextField(max_length=20, required=False)
    method = TextField(max_length=20, required=False, help_text="Omitted: as chosen with the order.")
    token = TextField(max_length=LONGEST_TOKEN, required=False, allow_blank=True)

    def validate_method(self, code: str) -> str:
        if code not in {method.code for method in payment_methods()}:
            raise serializers.ValidationError(_("Please choose one of the ways to pay."), code="invalid_choice")
        return code

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("order_id" in attrs) == ("order_number" in attrs):
            raise serializers.ValidationError({"order_id": _("Send order_id or order_number.")}, code="required")
        return attrs


class ConfirmBody(StrictSerializer):
    approved = FlagField(default=True, help_text="false: the customer did not confirm.")


class PaymentSerializer(PaymentRow):
    """A payment. With `requires_action`, `next_action` says what its customer has to do."""

    order_id = serializers.CharField(source="order.public_id")
    order_number = serializers.CharField(source="order.number")
    next_action = serializers.DictField(allow_null=True)
    updated_at = TimeField()


class MethodSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    public = serializers.DictField(help_text="What the client's page needs to know of the gateway.")


class ShippingSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    price = MoneyField()
    delivery_from = serializers.DateField(allow_null=True)
    delivery_to = serializers.DateField(allow_null=True)
    is_pickup = serializers.BooleanField()


class CountrySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class OptionsSerializer(serializers.Serializer[Any]):
    """What can be chosen for this cart."""

    shipping_methods = ShippingSerializer(many=True)
    payment_methods = MethodSerializer(many=True)
    countries = CountrySerializer(many=True)


def payment_body(payment: Payment) -> dict[str, Any]:
    return dict(PaymentSerializer(payment).data)
