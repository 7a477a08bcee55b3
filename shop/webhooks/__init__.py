"""Outbound webhooks: what happens in the shop, told to other programs, signed and until they have heard it."""
