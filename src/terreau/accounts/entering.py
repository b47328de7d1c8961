"""The code that opens an account: sent to any address, so that an actor enters without being brought in.

allauth sends none to an address that it does not know; here the first code given back makes the person.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.http import HttpRequest

from terreau.accounts import services


class Entering(LoginCodeVerificationProcess):  # type: ignore[misc]
    """One attempt to enter, kept in the session; known and unknown addresses are treated alike."""

    @classmethod
    def begin(cls, request: HttpRequest, *, person: Any, email: str) -> None:
        """Send a code to the address and await it, whether or not a person is known under it."""
        login = Login(user=person, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=person, email=email), initiated_by_user=True)
        process = cls(stage=stage)
        process.send()
        process.persist()

    def send(self, skip_enumeration_mails: bool = False) -> None:
        """The code goes to the address, whoever holds it: the one who reads it there proves it is theirs."""
        context = {"request": self.request, "code": self.generate_code()}
        get_adapter().send_mail("account/email/login_code", self.state["email"], context)

    def resend(self) -> None:
        """Another code, which replaces the first."""
        self.send()
        self.record_resend()
        self.persist()

    def finish(self, redirect_url: str | None) -> Any:
        """The right code came back: the address is proven, so a person unknown so far is made."""
        if self.user is None:
            self._user = self.stage.login.user = services.welcome(email=self.state["email"])
        return super().finish(redirect_url)
