"""Addresses below /api/auth/."""

from __future__ import annotations

from django.urls import URLPattern, path

from accounts.api.views import account, codes, door

urlpatterns: list[URLPattern] = [
    path("register", door.RegisterView.as_view(), name="register"),
    path("login", door.LoginView.as_view(), name="login"),
    path("login/mfa", door.LoginMfaView.as_view(), name="login_mfa"),
    path("refresh", door.RefreshView.as_view(), name="refresh"),
    path("logout", door.LogoutView.as_view(), name="logout"),
    path("me", account.MeView.as_view(), name="me"),
    path("change-password", account.ChangePasswordView.as_view(), name="change_password"),
    path("change-email", account.ChangeEmailView.as_view(), name="change_email"),
    path("verify-email", codes.VerifyEmailView.as_view(), name="verify_email"),
    path("resend-code", codes.ResendCodeView.as_view(), name="resend_code"),
    path("forgot-password", codes.ForgotPasswordView.as_view(), name="forgot_password"),
    path("reset-password", codes.ResetPasswordView.as_view(), name="reset_password"),
    path("addresses", account.AddressesView.as_view(), name="addresses"),
    path("addresses/<str:public_id>", account.AddressView.as_view(), name="address"),
]
