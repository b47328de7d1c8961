"""Passkeys and applications of codes: a choice, beside the code by e-mail."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache

from terreau.accounts import services
from terreau.notifications.composing import compose
from terreau.notifications.models import Message
from tests.accounts.test_sign_in import ask, give, received_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_attempt_counted_yet():
    cache.clear()


@pytest.fixture
def awa():
    return services.ensure_person(email="awa@exemple.org", display_name="Awa")


def code_of(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def register(client):
    page = client.get("/compte/securite/application/")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    page = client.post("/compte/securite/application/", {"code": code_of(secret)}, follow=True)
    return secret, page


def test_nothing_more_is_asked_of_who_chose_nothing(client, awa):
    ask(client)
    assert give(client, received_code()).redirect_chain[-1][0] == "/espace/"
    page = client.get("/compte/securite/").content.decode()
    assert "Rien de cela n’est obligatoire" in page


def test_an_application_is_registered_then_asked_for_and_taken_back(client, awa):
    ask(client)
    give(client, received_code())
    wrong = client.post("/compte/securite/application/", {"code": "000000"})
    assert "Ce n’est pas le bon code" in wrong.content.decode()
    secret, page = register(client)
    assert "Codes de secours" in page.content.decode()
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored, "sealed"
    backup = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]

    other = client.__class__()
    cache.clear()
    ask(other)
    page = give(other, received_code())
    assert page.redirect_chain[-1][0] == "/compte/seconde-preuve/"
    assert other.get("/espace/").status_code == 302, "not in yet"
    page = other.post("/compte/seconde-preuve/", {"code": "12345678"})
    assert "Ce n’est pas le bon code" in page.content.decode()
    page = other.post("/compte/seconde-preuve/", {"code": backup}, follow=True)
    assert page.redirect_chain[-1][0] == "/espace/"
    # To take the protection off, a proof is asked for first.
    page = other.get("/compte/securite/application/fin/", follow=True)
    assert "Une preuve, d’abord" in page.content.decode()


def test_each_page_is_in_french_and_of_our_own(client, awa):
    ask(client)
    give(client, received_code())
    for path in ("", "application/", "cles/", "cles/ajouter/"):
        page = client.get(f"/compte/securite/{path}")
        assert page.status_code == 200
        html = page.content.decode()
        assert "Sécurité" in html or "clé" in html
        assert "Security" not in html
        assert "unsafe-inline" not in page["Content-Security-Policy"]


def test_a_challenge_for_a_passkey_is_given_to_anyone_and_a_false_answer_opens_nothing(client, awa):
    challenge = client.get("/compte/cle/", headers={"accept": "application/json"}).json()
    assert challenge["request_options"]["publicKey"]["challenge"]
    page = client.post("/compte/cle/", {"credential": '{"id": "faux"}'}, follow=True)
    assert page.status_code in {200, 400}
    assert client.get("/espace/").status_code == 302


def test_a_key_that_is_anothers_is_not_reached(client, awa):
    other = services.ensure_person(email="bob@exemple.org")
    key = Authenticator.objects.create(user=other, type="webauthn", data={"name": "x"})
    ask(client)
    give(client, received_code())
    assert client.post(f"/compte/securite/cles/{key.pk}/retirer/").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_a_person_is_told_of_each_change_of_what_protects_the_account(
    client, awa, django_capture_on_commit_callbacks
):
    ask(client)
    give(client, received_code())
    with django_capture_on_commit_callbacks(execute=True):
        register(client)
    (told,) = Message.objects.filter(person=awa, kind="accounts.proofs")
    mail = compose([told], uuid4())
    assert mail.subject == "Une application de codes protège désormais votre compte Terreau"
    assert "Si cela ne vient pas de vous" in mail.body
    assert "http://127.0.0.1:8000/espace/compte/" in mail.body
    assert "List-Unsubscribe" not in mail.extra_headers, "owed"
    assert "fréquence" not in mail.body
    page = client.get("/compte/securite/").content.decode()
    assert "Le code par courriel ne suffit plus" in page
    assert "Copiez-les maintenant" in page


def test_who_lost_every_proof_enters_again_once_they_are_taken_away(client, awa):
    ask(client)
    give(client, received_code())
    register(client)
    assert services.drop_proofs(person=awa) == 2
    assert client.get("/espace/").status_code == 302, "sessions are over"
    cache.clear()
    ask(client)
    assert give(client, received_code()).redirect_chain[-1][0] == "/espace/"
    assert services.drop_proofs(person=awa) == 0
