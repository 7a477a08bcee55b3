"""Money that does not come through the shop: bank transfer, and cash on delivery."""
