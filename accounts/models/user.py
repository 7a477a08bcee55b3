"""People who can sign in: customers and staff alike."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from shop.common.fields import CodeField


def normalise_email(email: str) -> str:
    """One spelling an address: without spaces around it and in lower case."""
    return email.strip().lower()


def username_key(username: str | None) -> str | None:
    """What makes usernames equal: their letters, whatever the case."""
    return username.casefold() if username else None


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user; `username` may be left out. Prefer accounts.services for people at the door."""
        user = self.build_user(email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def build_user(self, email: str, **fields: Any) -> User:
        """As `create_user`, neither saved nor with a password."""
        username = fields.pop("username", None) or None
        return self.model(
            email=normalise_email(email), username=username, username_key=username_key(username), **fields
        )

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        fields.setdefault("email_verified_at", timezone.now())
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)


class CustomerGroup(models.Model):
    """A named group of customers that promotions can be kept for."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("customer group")
        verbose_name_plural = _("customer groups")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class User(AbstractBaseUser, PermissionsMixin):
    """E-mail addresses are stored in lower case; `username_key` keeps usernames unique whatever the case."""

    email = CodeField(_("e-mail"), max_length=254, unique=True)
    username = CodeField(_("username"), max_length=30, null=True, blank=True)
    username_key = CodeField(max_length=60, unique=True, null=True, editable=False)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)
    email_verified_at = models.DateTimeField(_("e-mail verified"), null=True, blank=True)
    group = models.ForeignKey(
        CustomerGroup, verbose_name=_("customer group"), null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    anonymized_at = models.DateTimeField(null=True, editable=False)
    # Part of every session's hash: a new value ends them all.
    session_salt = CodeField(max_length=22, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("-created_at", "-id")
        indexes = (models.Index(fields=["created_at"], name="user_created"),)
        permissions: ClassVar = [
            ("act_for_customer", "Can act for customers"),
            ("export_customer", "Can export what is known of a customer"),
            ("anonymize_customer", "Can close a customer's account for good"),
            ("manage_staff", "Can manage staff accounts and their roles"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def display_name(self) -> str:
        """What the shop calls this person: first name, username, or the part before the @."""
        return self.first_name or self.username or self.email.partition("@")[0]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's hash of the password, and the salt that ends sessions without a new password."""
        return salted_hmac(
            "accounts.User.session", f"{self.password}:{self.session_salt}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @cached_property
    def may_work(self) -> bool:
        """Whether staff have what SHOP_STAFF_MFA asks of them. Without it they are signed in, and may do nothing."""
        if settings.SHOP_STAFF_MFA != "required" or not self.is_staff:
            return True
        has_factor: bool = self.authenticator_set.filter(type__in=("totp", "webauthn")).exists()  # type: ignore[attr-defined]  # allauth's
        return has_factor

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return super().has_perm(perm, obj) and self.may_work

    def has_module_perms(self, app_label: str) -> bool:
        return super().has_module_perms(app_label) and self.may_work

    @property
    def is_verified(self) -> bool:
        return self.email_verified_at is not None
