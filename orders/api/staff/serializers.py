"""Orders as staff and their programs see them, and what they may ask for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.models import FulfilmentStatus, Order, OrderAddress, OrderEvent, OrderStatus, PaymentStatus, RefundState
from orders.services.refunds import refundable
from orders.services.transitions import LONGEST_TEXT, MOVES
from shop.api.fields import FlagField, MoneyField, TextField, TimeField, WholeField
from shop.api.serializers import QuerySerializer, StrictSerializer

SETTABLE = [choice for choice in OrderStatus.choices if choice[0] != OrderStatus.PENDING]


class OrderQuery(QuerySerializer):
    status = serializers.ChoiceField(choices=OrderStatus.choices, required=False)
    payment_status = serializers.ChoiceField(choices=PaymentStatus.choices, required=False)
    fulfilment_status = serializers.ChoiceField(choices=FulfilmentStatus.choices, required=False)
    email = TextField(max_length=254, required=False, allow_blank=True, help_text="The whole address.")
    since = TimeField(required=False, help_text="Placed then or later.")
    until = TimeField(required=False, help_text="Placed before.")
    search = TextField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="Number, e-mail, name, SKU or tracking number, each from its start.",
    )


class PersonRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(source="display_name")


class AddressRow(serializers.Serializer[Any]):
    full_name = serializers.CharField()
    company = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postcode = serializers.CharField()
    country = serializers.CharField()
    phone = serializers.CharField()


class LineRow(serializers.Serializer[Any]):
    """A line as sold."""

    id = serializers.CharField(source="public_id")
    product_id = serializers.IntegerField(allow_null=True)
    variant_id = serializers.IntegerField(allow_null=True)
    sku = serializers.CharField()
    name = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())
    quantity = serializers.IntegerField()
    price_at_purchase = MoneyField(source="unit_price")
    discount = MoneyField()
    line_total = MoneyField()
    tax_rate = serializers.DecimalField(max_digits=6, decimal_places=3, help_text="Percent.")
    tax = MoneyField()
    shipped_quantity = serializers.IntegerField()
    cancelled_quantity = serializers.IntegerField()
    returned_quantity = serializers.IntegerField()


class EventRow(serializers.Serializer[Any]):
    """An entry of the timeline."""

    kind = serializers.CharField()
    message = serializers.CharField()
    is_public = serializers.BooleanField()
    actor = PersonRow(allow_null=True)
    details = serializers.DictField(source="data")
    created_at = TimeField()


class PaymentRow(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    gateway = serializers.CharField()
    status = serializers.CharField(source="state")
    amount = MoneyField()
    captured = MoneyField()
    refunded = MoneyField()
    currency = serializers.CharField()
    error_code = serializers.CharField()
    error_message = serializers.CharField()
    created_at = TimeField()


class RefundRow(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(source="state", choices=RefundState.choices)
    amount = MoneyField()
    reason = serializers.CharField()
    error_message = serializers.CharField()
    actor = PersonRow(allow_null=True)
    created_at = TimeField()
    settled_at = TimeField(allow_null=True)


class ParcelLineRow(serializers.Serializer[Any]):
    line_id = serializers.CharField(source="line.public_id")
    sku = serializers.CharField(source="line.sku")
    name = serializers.CharField(source="line.name")
    quantity = serializers.IntegerField()


class ParcelRow(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    tracking_url = serializers.CharField()
    items = ParcelLineRow(source="lines", many=True)
    shipped_at = TimeField()
    delivered_at = TimeField(allow_null=True)


class StaffOrderRow(serializers.Serializer[Any]):
    """An order in a list."""

    id = serializers.CharField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    payment_status = serializers.ChoiceField(choices=PaymentStatus.choices)
    fulfilment_status = serializers.ChoiceField(choices=FulfilmentStatus.choices)
    email = serializers.CharField()
    user_id = serializers.IntegerField(allow_null=True)
    items = LineRow(source="lines", many=True)
    subtotal = MoneyField()
    discount = MoneyField()
    shipping = MoneyField()
    tax = MoneyField()
    total_amount = MoneyField(source="total")
    captured = MoneyField()
    refunded = MoneyField()
    currency = serializers.CharField()
    payment_method = serializers.CharField()
    shipping_method = serializers.CharField()
    delivery_address = serializers.SerializerMethodField()
    billing_address = serializers.SerializerMethodField()
    cancel_reason = serializers.CharField()
    created_at = TimeField(source="placed_at")
    updated_at = TimeField()

    @extend_schema_field(AddressRow(allow_null=True))
    def get_delivery_address(self, order: Order) -> Any:
        return _address(order, "shipping")

    @extend_schema_field(AddressRow(allow_null=True))
    def get_billing_address(self, order: Order) -> Any:
        return _address(order, "billing")


class StaffOrder(StaffOrderRow):
    """An order with everything that is known of it. `transitions` are the statuses that PUT …/status takes now."""

    prices_include_tax = serializers.BooleanField()
    vat_number = serializers.CharField()
    note = serializers.CharField(help_text="What the customer wrote.")
    refundable = serializers.SerializerMethodField()
    transitions = serializers.SerializerMethodField()
    payments = PaymentRow(many=True)
    refunds = RefundRow(many=True)
    shipments = ParcelRow(many=True)
    events = EventRow(many=True)
    pay_by = TimeField(allow_null=True)

    @extend_schema_field(MoneyField())
    def get_refundable(self, order: Order) -> str:
        return MoneyField().to_representation(refundable(order))

    def get_transitions(self, order: Order) -> list[str]:
        return sorted(MOVES[OrderStatus(order.status)])


class RefundAnswer(serializers.Serializer[Any]):
    """What was asked back: `pending` where the payment provider has not answered; the shop goes on asking."""

    order_number = serializers.CharField()
    status = serializers.ChoiceField(choices=RefundState.choices)
    amount = MoneyField()
    currency = serializers.CharField()
    refunds = RefundRow(many=True)


class StatusBody(StrictSerializer):
    status = serializers.ChoiceField(choices=SETTABLE)
    note = TextField(max_length=LONGEST_TEXT, required=False, allow_blank=True, help_text="For staff.")


class RefundBody(StrictSerializer):
    amount = MoneyField(required=False, help_text="Without it all that is left.")
    reason = TextField(max_length=200, required=False, allow_blank=True, help_text="For staff.")


class ParcelLineBody(StrictSerializer):
    line_id = TextField(max_length=32)
    quantity = WholeField(min_value=1, max_value=1_000_000)


class ParcelBody(StrictSerializer):
    items = ParcelLineBody(many=True, required=False, allow_empty=False, help_text="Without it all that is open.")
    carrier = TextField(max_length=80, required=False, allow_blank=True)
    tracking_number = TextField(max_length=80, required=False, allow_blank=True)
    tracking_url = TextField(max_length=500, required=False, allow_blank=True)

    def validate_items(self, items: list[dict[str, Any]]) -> dict[str, int]:
        quantities = {item["line_id"]: item["quantity"] for item in items}
        if len(quantities) < len(items):
            raise serializers.ValidationError(_("A line stands here twice."), code="duplicate")
        return quantities


class NoteBody(StrictSerializer):
    note = TextField(max_length=LONGEST_TEXT)
    is_public = FlagField(required=False, help_text="Shown to the customer.")


def _address(order: Order, kind: str) -> dict[str, Any] | None:
    found: OrderAddress | None = next((one for one in order.addresses.all() if one.kind == kind), None)
    return dict(AddressRow(found).data) if found else None


def event_body(event: OrderEvent) -> dict[str, Any]:
    return dict(EventRow(event).data)
