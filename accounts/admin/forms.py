"""Forms of the admin's account pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.rules import PASSWORD_LENGTH, password_problems

if TYPE_CHECKING:
    UserForm = forms.ModelForm[User]
else:
    UserForm = forms.ModelForm


def password_field(hint: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=_("Password"), strip=False, max_length=PASSWORD_LENGTH, widget=widget, help_text=hint)


class PasswordForm(forms.Form):
    password = password_field(_("At least 8 characters, and not one that everybody uses."))


class NewUserForm(UserForm):
    password = password_field(_("Let them change it, or leave it unsaid: they can ask for a code by mail."))

    class Meta:
        model = User
        fields = ("email", "password", "first_name", "last_name", "phone", "is_staff")

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        for problem in password_problems(password):
            self.add_error("password", str(problem))
        return password
