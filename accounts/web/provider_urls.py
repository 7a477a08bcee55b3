"""Where providers send people back to. allauth looks these names up without a namespace."""

from allauth.socialaccount.providers.github.views import oauth2_callback as github
from allauth.socialaccount.providers.google.views import oauth2_callback as google
from django.urls import path

from accounts.web.views.providers import back_from

urlpatterns = [
    path("login/with/google/back/", back_from("google", google), name="google_callback"),
    path("login/with/github/back/", back_from("github", github), name="github_callback"),
]
