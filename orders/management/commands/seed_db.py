"""Another name for `seed_shop`."""

from orders.management.commands.seed_shop import Command

__all__ = ["Command"]
