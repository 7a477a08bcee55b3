"""Accounts in the admin. Its own sign-in obeys the limits of the shop's."""

from accounts.admin import api_keys, groups, sign_in, users

__all__ = ["api_keys", "groups", "sign_in", "users"]
