from carts.models.cart import Cart, CartLine, CartStatus, SavedLine
from carts.models.giftcard import GiftCard, GiftCardEntry
from carts.models.promotion import (
    Coupon,
    Promotion,
    PromotionKind,
    PromotionScope,
    PromotionTier,
    PromotionUse,
    TierBasis,
    TierGives,
)
from carts.models.shipping import Holiday, RateBasis, ShippingMethod, ShippingRate, ShippingZone, ZoneArea
from carts.models.tax import TaxClass, TaxRate
from carts.models.wishlist import WishListItem

__all__ = [
    "Cart",
    "CartLine",
    "CartStatus",
    "Coupon",
    "GiftCard",
    "GiftCardEntry",
    "Holiday",
    "Promotion",
    "PromotionKind",
    "PromotionScope",
    "PromotionTier",
    "PromotionUse",
    "RateBasis",
    "SavedLine",
    "ShippingMethod",
    "ShippingRate",
    "ShippingZone",
    "TaxClass",
    "TaxRate",
    "TierBasis",
    "TierGives",
    "WishListItem",
    "ZoneArea",
]
