from django.urls import path, re_path

from accounts.web.views import account, addresses, by_code, door, email, forgotten, register, second_step, security

app_name = "accounts"
urlpatterns = [
    path("register/", register.register, name="register"),
    path("login/", door.login, name="login"),
    path("login/second-step/", second_step.second_step, name="second_step"),
    path("login/code/", by_code.ask, name="sign_in_code"),
    path("login/code/check/", by_code.check, name="sign_in_code_check"),
    path("logout/", door.logout_page, name="logout"),
    path("forgot-password/", forgotten.forgot_password, name="forgot_password"),
    path("forgot-password/code/", forgotten.reset, name="reset_password"),
    path("account/", account.account, name="account"),
    path("account/profile/", account.profile, name="profile"),
    path("account/password/", account.password, name="password"),
    path("account/email/", email.change, name="email"),
    path("account/email/code/", email.confirm, name="email_code"),
    path("account/security/", security.security, name="security"),
    path("account/security/app/", security.add_app_page, name="security_app"),
    path("account/security/recovery-codes/", security.renew_codes, name="security_renew"),
    path("account/security/factors/<int:factor_id>/remove/", security.remove, name="security_remove"),
    path("account/security/sessions/<int:session_id>/end/", security.end_one, name="session_end"),
    path("account/security/programs/<slug:public_id>/end/", security.end_one_by_api, name="api_sign_in_end"),
    path("account/security/end-others/", security.end_others, name="end_others"),
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
