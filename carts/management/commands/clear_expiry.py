"""manage.py clear_expiry: another name for expire_carts."""

from carts.management.commands.expire_carts import Command

__all__ = ["Command"]
