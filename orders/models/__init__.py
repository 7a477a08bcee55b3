from orders.models.document import Document, DocumentKind, DocumentSequence
from orders.models.order import (
    FulfilmentStatus,
    Order,
    OrderAddress,
    OrderEvent,
    OrderLine,
    OrderStatus,
    OrderToken,
    PaymentStatus,
)
from orders.models.payment import GatewayEvent, Payment, PaymentState, Refund, RefundLine, RefundState
from orders.models.shipment import OPEN_RETURNS, Return, ReturnLine, ReturnStatus, Shipment, ShipmentLine

__all__ = [
    "OPEN_RETURNS",
    "Document",
    "DocumentKind",
    "DocumentSequence",
    "FulfilmentStatus",
    "GatewayEvent",
    "Order",
    "OrderAddress",
    "OrderEvent",
    "OrderLine",
    "OrderStatus",
    "OrderToken",
    "Payment",
    "PaymentState",
    "PaymentStatus",
    "Refund",
    "RefundLine",
    "RefundState",
    "Return",
    "ReturnLine",
    "ReturnStatus",
    "Shipment",
    "ShipmentLine",
]
