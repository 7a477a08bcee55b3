from catalog.models.category import Category
from catalog.models.derived import (
    CatalogueVersion,
    PopularSearch,
    ProductChange,
    Recommendation,
    SearchMiss,
    Synonym,
)
from catalog.models.image import ProductImage
from catalog.models.page import ContentPage
from catalog.models.product import Brand, Product, ProductAttribute, ProductStatus, Tag
from catalog.models.review import Review, ReviewStatus
from catalog.models.stock import NEVER, MovementKind, Stock, StockHold, StockMovement
from catalog.models.variant import OptionValue, PriceHistory, ProductOption, Variant, VariantOption

__all__ = [
    "NEVER",
    "Brand",
    "CatalogueVersion",
    "Category",
    "ContentPage",
    "MovementKind",
    "OptionValue",
    "PopularSearch",
    "PriceHistory",
    "Product",
    "ProductAttribute",
    "ProductChange",
    "ProductImage",
    "ProductOption",
    "ProductStatus",
    "Recommendation",
    "Review",
    "ReviewStatus",
    "SearchMiss",
    "Stock",
    "StockHold",
    "StockMovement",
    "Synonym",
    "Tag",
    "Variant",
    "VariantOption",
]
