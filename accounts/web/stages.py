"""What allauth puts between a right password and a session."""

from __future__ import annotations

from allauth.account.stages import LoginStage, LoginStageController
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.selectors.factors import has_second_factor

# Beside the login: a passkey whose device looked who holds it was both steps at once.
BOTH_STEPS = "both_steps"


class SecondFactorStage(LoginStage):
    """Asks for a code where one is set up to be asked for."""

    key = "second_factor"
    urlname = "accounts:second_step"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        whole = (self.login.signal_kwargs or {}).get(BOTH_STEPS)
        if whole or not isinstance(user, User) or not has_second_factor(user):
            return None, True
        return redirect(self.urlname), True


def stage_of(request: HttpRequest) -> SecondFactorStage | None:
    """The second step this browser stands before; None when there is none, or it waited too long."""
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    return stage if isinstance(stage, SecondFactorStage) else None
