"""Orders and money in the admin. Everything is read; statuses move by actions, and those call the services."""

from orders.admin.customers import CustomerAdmin
from orders.admin.documents import DocumentAdmin
from orders.admin.orders import OrderAdmin
from orders.admin.payments import GatewayEventAdmin, PaymentAdmin, RefundAdmin

__all__ = ["CustomerAdmin", "DocumentAdmin", "GatewayEventAdmin", "OrderAdmin", "PaymentAdmin", "RefundAdmin"]
