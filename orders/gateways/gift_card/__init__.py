"""A gift card as a tender: pays a part of an order, or all of it."""
