from django.urls import path, re_path

from accounts.web.views import account, addresses, door, email, forgotten, register

app_name = "accounts"
urlpatterns = [
    path("register/", register.register, name="register"),
    path("login/", door.login, name="login"),
    path("logout/", door.logout_page, name="logout"),
    path("forgot-password/", forgotten.forgot_password, name="forgot_password"),
    path("forgot-password/code/", forgotten.reset, name="reset_password"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/email/", email.change, name="email"),
    path("account/email/code/", email.confirm, name="email_code"),
    path("account/verify-email/", register.verify, name="verify_email"),
    path("account/verify-email/resend/", register.resend, name="resend_code"),
    path("account/addresses/", addresses.addresses, name="addresses"),
    path("account/addresses/new/", addresses.add, name="address_add"),
    path("account/addresses/<slug:public_id>/", addresses.edit, name="address_edit"),
    path("account/addresses/<slug:public_id>/delete/", addresses.delete, name="address_delete"),
    re_path(
        r"^account/addresses/(?P<public_id>[-\w]+)/default-for-(?P<use>delivery|invoices)/$",
        addresses.make_default,
        name="address_default",
    ),
]
