"""Orders as staff and their programs see them, and what they may ask for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.api.rows import OrderRow, ParcelRow, PaymentRow, ReturnRow
from orders.models import FulfilmentStatus, Order, OrderEvent, OrderStatus, PaymentStatus, RefundState
from orders.services.refunds import refundable
from orders.services.transitions import LONGEST_TEXT, MOVES
from shop.api.fields import FlagField, MoneyField, TextField, TimeField, WholeField
from shop.api.serializers import StrictSerializer

SETTABLE = [choice for choice in OrderStatus.choices if choice[0] != OrderStatus.PENDING]


class OrderQuery(serializers.Serializer[Any]):
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


class EventRow(serializers.Serializer[Any]):
    """An entry of the timeline."""

    kind = serializers.CharField()
    message = serializers.CharField()
    is_public = serializers.BooleanField()
    actor = PersonRow(allow_null=True)
    details = serializers.DictField(source="data")
    created_at = TimeField()


class RefundRow(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(source="state", choices=RefundState.choices)
    amount = MoneyField()
    shipping = MoneyField(source="shipping_amount")
    reason = serializers.CharField()
    to_gift_card = serializers.BooleanField()
    error_message = serializers.CharField()
    actor = PersonRow(allow_null=True)
    created_at = TimeField()
    settled_at = TimeField(allow_null=True)


class StaffOrderRow(OrderRow):
    """An order in a list."""

    user_id = serializers.IntegerField(allow_null=True)
    captured = MoneyField()


class StaffOrder(StaffOrderRow):
    """An order with everything that is known of it. `transitions` are the statuses that PUT …/status takes now."""

    vat_number = serializers.CharField()
    note = serializers.CharField(help_text="What the customer wrote.")
    refundable = serializers.SerializerMethodField()
    transitions = serializers.SerializerMethodField()
    payments = PaymentRow(many=True)
    refunds = RefundRow(many=True)
    returns = ReturnRow(many=True)
    shipments = ParcelRow(many=True)
    events = EventRow(many=True)

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
    shipping = MoneyField(required=False, help_text="How much of the amount is for the delivery.")
    reason = TextField(max_length=200, required=False, allow_blank=True, help_text="For staff.")
    to_gift_card = FlagField(
        required=False, help_text="true: as a new gift card, whose code is mailed; what was paid stays where it is."
    )


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


def event_body(event: OrderEvent) -> dict[str, Any]:
    return dict(EventRow(event).data)
