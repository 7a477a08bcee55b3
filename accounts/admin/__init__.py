"""Accounts in the admin. Its own sign-in obeys the limits of the shop's."""

from accounts.admin import groups, sign_in, users

__all__ = ["groups", "sign_in", "users"]
