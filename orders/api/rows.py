"""What an order is made of, as its owner and staff both see it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.models import FulfilmentStatus, Order, OrderAddress, OrderStatus, PaymentStatus, ReturnStatus
from shop.api.fields import MoneyField, TimeField


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


class ReturnRow(serializers.Serializer[Any]):
    """What the customer asked to send back, or what came."""

    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(choices=ReturnStatus.choices)
    reason = serializers.CharField()
    answer = serializers.CharField()
    items = ParcelLineRow(source="lines", many=True)
    created_at = TimeField()
    received_at = TimeField(allow_null=True)


class OrderRow(serializers.Serializer[Any]):
    """Where an order stands, what was sold, what it comes to and where it goes."""

    id = serializers.CharField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    payment_status = serializers.ChoiceField(choices=PaymentStatus.choices)
    fulfilment_status = serializers.ChoiceField(choices=FulfilmentStatus.choices)
    email = serializers.CharField()
    items = LineRow(source="lines", many=True)
    subtotal = MoneyField()
    discount = MoneyField()
    shipping = MoneyField()
    tax = MoneyField()
    total_amount = MoneyField(source="total")
    refunded = MoneyField()
    currency = serializers.CharField()
    prices_include_tax = serializers.BooleanField()
    payment_method = serializers.CharField()
    shipping_method = serializers.CharField()
    delivery_address = serializers.SerializerMethodField()
    billing_address = serializers.SerializerMethodField()
    cancel_reason = serializers.CharField()
    pay_by = TimeField(allow_null=True, help_text="An order that is not paid by then is cancelled.")
    promised_from = serializers.DateField(allow_null=True)
    promised_to = serializers.DateField(allow_null=True)
    created_at = TimeField(source="placed_at")
    updated_at = TimeField()

    @extend_schema_field(AddressRow(allow_null=True))
    def get_delivery_address(self, order: Order) -> Any:
        return _address(order, "shipping")

    @extend_schema_field(AddressRow(allow_null=True))
    def get_billing_address(self, order: Order) -> Any:
        return _address(order, "billing")


def _address(order: Order, kind: str) -> dict[str, Any] | None:
    found: OrderAddress | None = next((one for one in order.addresses.all() if one.kind == kind), None)
    return dict(AddressRow(found).data) if found else None
