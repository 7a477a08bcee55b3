"""What people type on account pages. Lengths keep requests small; the rules are the services'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.forms import BaseForm
from django.utils.translation import gettext_lazy as _

from accounts.models import Address, User
from accounts.services.newsletter import newsletter_text
from accounts.services.passkeys import NAME_LENGTH
from accounts.services.postal import POSTAL_FIELDS, POSTCODES, PostalInput, clean_postal
from accounts.services.register import Registration
from accounts.services.rules import EMAIL_LENGTH, PASSWORD_LENGTH
from shop.common.countries import country_choices
from shop.common.errors import InvalidInput
from shop.common.forms import RefusableForm

if TYPE_CHECKING:
    UserForm = forms.ModelForm[User]
    AddressModelForm = forms.ModelForm[Address]
else:
    UserForm = AddressModelForm = forms.ModelForm


def email_field(autocomplete: str = "email") -> forms.CharField:
    widget = forms.EmailInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=_("E-mail"), max_length=EMAIL_LENGTH, widget=widget)


def password_field(label: Any, *, autocomplete: str, hint: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=PASSWORD_LENGTH, widget=widget, help_text=hint)


def country_field() -> forms.ChoiceField:
    widget = forms.Select(attrs={"autocomplete": "country"})
    return forms.ChoiceField(
        label=_("Country"), choices=country_choices(), initial=settings.SHOP_COUNTRY, widget=widget
    )


def code_field() -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    hint = _("Six digits, good for ten minutes.")
    return forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(attrs=attrs), help_text=hint)


def fit_login_fields(form: BaseForm) -> None:
    """Usernames are needed where they are all one signs in with, and not asked for where they open nothing."""
    if "username" not in settings.SHOP_LOGIN_FIELDS:
        del form.fields["username"]
    elif "email" not in settings.SHOP_LOGIN_FIELDS:
        form.fields["username"].required = True


NEW_PASSWORD_HINT = _("At least 8 characters. A few words in a row are easy to keep in mind.")


class RegisterForm(RefusableForm, forms.Form):
    email = email_field()
    username = forms.CharField(
        label=_("Username"),
        required=False,
        max_length=254,
        help_text=_("If you like one to sign in with: 3 to 30 letters, digits, dots, hyphens or underscores."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = password_field(_("Password"), autocomplete="new-password", hint=NEW_PASSWORD_HINT)
    newsletter = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fit_login_fields(self)
        self.fields["newsletter"].label = newsletter_text(settings.SHOP_NAME)

    def registration(self) -> Registration:
        """With the words beside the box, if it was ticked."""
        agreed = str(self.fields["newsletter"].label) if self.cleaned_data["newsletter"] else ""
        return Registration(**(self.cleaned_data | {"newsletter": agreed}))


class SignInForm(RefusableForm, forms.Form):
    identifier = forms.CharField(
        label=_("E-mail or username"),
        max_length=EMAIL_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = password_field(_("Password"), autocomplete="current-password")
    remember = forms.BooleanField(label=_("Keep me signed in on this device"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by = settings.SHOP_LOGIN_FIELDS
        if len(by) == 1:
            self.fields["identifier"].label = _("E-mail") if by == ["email"] else _("Username")


class NewPasswordForm(RefusableForm, forms.Form):
    password = password_field(_("Password"), autocomplete="new-password", hint=NEW_PASSWORD_HINT)


class ForgotPasswordForm(RefusableForm, forms.Form):
    email = email_field()


class ResetPasswordForm(RefusableForm, forms.Form):
    code = code_field()
    new_password = password_field(_("New password"), autocomplete="new-password", hint=NEW_PASSWORD_HINT)


class CodeForm(RefusableForm, forms.Form):
    code = code_field()


class PresentPasswordForm(RefusableForm, forms.Form):
    """Who has no password gives a code from a mail instead (accounts/send_proof.html)."""

    current_password = password_field(_("Present password"), autocomplete="current-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mails_proof = not user.has_usable_password()
        if self.mails_proof:
            self.fields["current_password"] = code_field()


class PasswordForm(PresentPasswordForm):
    new_password = password_field(_("New password"), autocomplete="new-password", hint=NEW_PASSWORD_HINT)


class SignInCodeForm(CodeForm):
    remember = forms.BooleanField(label=_("Keep me signed in on this device"), required=False)


class SecondStepForm(RefusableForm, forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
        help_text=_("The six digits your authenticator app shows now, or one of your recovery codes."),
    )


class PasskeyNameForm(RefusableForm, forms.Form):
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=_("So that you know it again: “My phone”, “The blue key”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PasskeyForm(PresentPasswordForm, PasskeyNameForm):
    """The proof was asked for before the browser made the passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(("name", "current_password"))

    def clean(self) -> dict[str, Any]:
        self.errors.pop("current_password", None)
        return self.cleaned_data


class AppForm(PresentPasswordForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text=_("The six digits the app shows now."),
    )


class EmailForm(PresentPasswordForm):
    new_email = email_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_email"].label = _("New e-mail address")


class ProfileForm(RefusableForm, UserForm):
    class Meta:
        model = User
        fields = ("first_name", "last_name", "username", "phone")
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "username": forms.TextInput(attrs={"autocomplete": "nickname", "autocapitalize": "none"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fit_login_fields(self)


class AddressForm(RefusableForm, AddressModelForm):
    """`country` decides whether a postcode must be given."""

    class Meta:
        model = Address
        fields = (*POSTAL_FIELDS, "is_default_shipping", "is_default_billing")
        labels = {
            "line1": _("Street and number"),
            "line2": _("Flat, floor, care of"),
            "is_default_shipping": _("Deliver here unless I say otherwise"),
            "is_default_billing": _("Send invoices here unless I say otherwise"),
        }
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "company": forms.TextInput(attrs={"autocomplete": "organization"}),
            "line1": forms.TextInput(attrs={"autocomplete": "address-line1"}),
            "line2": forms.TextInput(attrs={"autocomplete": "address-line2"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
            "region": forms.TextInput(attrs={"autocomplete": "address-level1"}),
            "postcode": forms.TextInput(attrs={"autocomplete": "postal-code"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"] = country_field()
        self.fields["city"].required = True
        self.fields["postcode"].required = self["country"].value() in POSTCODES

    def clean(self) -> dict[str, Any]:
        """Everything is said at once: what is missing and what cannot be."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            clean_postal(self.typed())
        except InvalidInput as refusal:
            for name, messages in refusal.fields.items():
                if name not in self.errors:
                    self.add_error(name, [str(message) for message in messages])
        return cleaned

    def typed(self) -> PostalInput:
        return PostalInput(**{name: self.cleaned_data.get(name, "") for name in POSTAL_FIELDS})
