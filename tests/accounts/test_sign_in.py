"""Signing in by a code received by e-mail, as a visitor does it."""

from __future__ import annotations

import re
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend

from terreau.accounts import services

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_attempt_counted_yet():
    cache.clear()


@pytest.fixture
def awa():
    return services.ensure_person(email="awa@exemple.org", display_name="Awa")


def ask(client, email="awa@exemple.org", **more):
    return client.post("/compte/connexion/", {"email": email, **more}, follow=True)


def received_code():
    return re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.M).group(1)


def give(client, code, **more):
    return client.post("/compte/connexion/code/", {"code": code, **more}, follow=True)


def test_a_code_opens_the_workspace(client, awa):
    page = ask(client)
    assert page.redirect_chain[-1][0] == "/compte/connexion/code/"
    assert "Votre code" in page.content.decode()
    assert len(mail.outbox) == 1
    message = mail.outbox[0]
    assert message.to == ["awa@exemple.org"]
    assert message.subject == "Votre code de connexion à Terreau"
    assert "http://127.0.0.1:8000" in message.body
    page = give(client, received_code())
    assert page.redirect_chain[-1][0] == "/espace/"
    assert "La connexion est faite." in page.content.decode()


def test_the_code_may_be_typed_without_dash_and_in_small_letters(client, awa):
    ask(client)
    page = give(client, received_code().replace("-", "").lower())
    assert page.redirect_chain[-1][0] == "/espace/"


def test_one_goes_back_to_where_one_was_going(client, awa):
    response = client.get("/travaux/")
    assert response.status_code == 302
    ask(client, next="/travaux/")
    assert give(client, received_code(), next="/travaux/").redirect_chain[-1][0] == "/travaux/"


def test_one_is_not_sent_elsewhere_on_the_web(client, awa):
    ask(client, next="https://ailleurs.example/")
    page = give(client, received_code(), next="https://ailleurs.example/")
    assert page.redirect_chain[-1][0] == "/espace/"


def test_known_and_unknown_addresses_are_answered_alike(client, awa, django_user_model):
    known, unknown = ask(client), ask(client.__class__(), "inconnue@exemple.org")
    tokens = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    pages = [
        tokens.sub("", page.content.decode()).replace(address, "…")
        for page, address in ((known, "awa@exemple.org"), (unknown, "inconnue@exemple.org"))
    ]
    assert pages[0] == pages[1]
    assert mail.outbox[0].subject == mail.outbox[1].subject
    assert not django_user_model.objects.filter(email="inconnue@exemple.org").exists()


def test_an_actor_opens_an_account_by_the_first_code_and_goes_on(client, django_user_model):
    ask(client, "Nouvelle@Exemple.org", next="/mes-fiches/")
    give(client, "AAAA-AAAA")
    assert not django_user_model.objects.exists(), "an address not yet proven is kept nowhere"
    page = give(client, received_code(), next="/mes-fiches/")
    assert page.redirect_chain[-1][0] == "/mes-fiches/"
    person = django_user_model.objects.get(email="nouvelle@exemple.org")
    assert not person.has_usable_password()
    assert not person.grants.exists()
    again = client.__class__()
    ask(again, "nouvelle@exemple.org")
    assert give(again, received_code()).redirect_chain[-1][0] == "/espace/"
    assert django_user_model.objects.count() == 1


def test_an_attempt_that_fails_does_not_forget_where_one_was_going(client, awa):
    page = ask(client, next="/mes-fiches/")
    assert 'href="/compte/connexion/?next=%2Fmes-fiches%2F"' in page.content.decode()
    for _try in range(3):
        page = give(client, "AAAA-AAAA", next="/mes-fiches/")
    assert page.redirect_chain[-1][0] == "/compte/connexion/?next=%2Fmes-fiches%2F"
    assert 'name="next" value="/mes-fiches/"' in page.content.decode()


def test_another_code_can_be_asked_for_by_a_newcomer(client, django_user_model):
    ask(client, "nouvelle@exemple.org")
    first = received_code()
    client.post("/compte/connexion/code/", {"action": "resend"})
    assert received_code() != first
    assert give(client, received_code()).redirect_chain[-1][0] == "/espace/"


def test_a_closed_account_stays_closed(client, awa):
    awa.is_active = False
    awa.save()
    ask(client)
    page = give(client, received_code())
    assert page.redirect_chain[-1][0] == "/compte/ferme/"
    assert client.get("/espace/").status_code == 302
    awa.refresh_from_db()
    assert not awa.is_active


def test_one_place_does_not_ask_for_codes_without_end(client, monkeypatch):
    from terreau.accounts import rate_limits

    monkeypatch.setitem(rate_limits.LIMITS, "sign_in", (rate_limits.Limit(2, 600),))
    for number in range(2):
        ask(client.__class__(), f"essai{number}@exemple.org")
    assert ask(client, "essai9@exemple.org").status_code == 429
    assert len(mail.outbox) == 2


def test_an_address_badly_typed_is_explained_and_kept(client):
    page = ask(client, "awa arobase exemple")
    html = page.content.decode()
    assert "errorlist" in html
    assert 'value="awa arobase exemple"' in html
    assert "<title>Erreur\u00a0: Se connecter" in html
    assert " autofocus" in re.search(r'<input type="email"[^>]*>', html)[0]
    assert mail.outbox == []


def test_a_wrong_code_is_explained_then_the_third_ends_the_attempt(client, awa):
    ask(client)
    good = received_code()
    page = give(client, "AAAA-AAAA")
    assert "Ce n’est pas le code envoyé" in page.content.decode()
    give(client, "AAAA-AAAA")
    page = give(client, "AAAA-AAAA")
    assert page.redirect_chain[-1][0] == "/compte/connexion/"
    assert "Trop d’essais" in page.content.decode()
    page = give(client, good)
    assert page.redirect_chain[-1][0] == "/compte/connexion/"
    assert client.get("/espace/").status_code == 302


def test_an_old_code_is_refused_and_one_says_so(client, awa, monkeypatch):
    ask(client)
    code = received_code()
    from allauth.account.internal.flows import code_verification

    at = code_verification.time.time()
    monkeypatch.setattr(code_verification.time, "time", lambda: at + 601)
    page = give(client, code)
    assert page.redirect_chain[-1][0] == "/compte/connexion/"
    assert "expiré" in page.content.decode()


def test_another_code_can_be_asked_for(client, awa):
    ask(client)
    first = received_code()
    client.post("/compte/connexion/code/", {"action": "resend"})
    assert len(mail.outbox) == 2
    assert received_code() != first
    assert give(client, received_code()).redirect_chain[-1][0] == "/espace/"


def test_codes_cannot_be_asked_for_without_end(client, awa):
    for _time in range(3):
        ask(client.__class__())
    page = ask(client.__class__())
    assert "Trop d’essais" in page.content.decode()
    assert len(mail.outbox) == 3


def test_a_mail_server_that_fails_is_told(client, awa, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = ask(client)
    assert page.status_code == 400
    assert "serveur de courriel ne répond pas" in page.content.decode()


@pytest.mark.parametrize(
    ("code", "told"),
    [(550, "refuse cette adresse"), (451, "demande d’attendre"), (421, "demande d’attendre")],
)
def test_an_address_that_the_mail_server_refuses_is_not_a_server_that_is_silent(
    client, monkeypatch, code, told
):
    def refuse(_backend, _messages):
        raise SMTPRecipientsRefused({"awa@exemple.org": (code, b"")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    page = ask(client)
    assert page.status_code == 400
    assert told in page.content.decode()


@pytest.mark.parametrize(
    "path",
    ["signup", "password/reset", "password/change", "password/set", "email", "login", "reauthenticate"],
)
def test_what_we_do_not_use_does_not_exist(client, path):
    response = client.get(f"/compte/{path}/")
    assert response.status_code == 404
    assert "Page introuvable" in response.content.decode()


def test_signing_out_asks_first(client, awa):
    client.force_login(awa)
    assert "Se déconnecter" in client.get("/compte/deconnexion/").content.decode()
    assert client.get("/espace/").status_code == 200
    client.post("/compte/deconnexion/")
    assert client.get("/espace/").status_code == 302


def test_a_person_made_by_another_door_proves_the_address_once(client, django_user_model):
    django_user_model.objects.create_superuser("op@exemple.org")
    ask(client, "op@exemple.org")
    page = give(client, received_code())
    assert page.redirect_chain[-1][0] == "/compte/adresse/"
    page = client.post("/compte/adresse/", {"code": received_code()}, follow=True)
    assert page.redirect_chain[-1][0] == "/espace/"


def test_the_account_page_ends_the_other_sessions(client, awa):
    other = client.__class__()
    for one in (client, other):
        one.force_login(awa)
    assert "Mon compte" in client.get("/espace/compte/").content.decode()
    client.post("/espace/compte/sessions/")
    assert client.get("/espace/compte/").status_code == 200
    assert other.get("/espace/compte/").status_code == 302


def test_the_account_page_changes_the_name(client, awa):
    client.force_login(awa)
    client.post("/espace/compte/", {"display_name": "Awa Diop"})
    awa.refresh_from_db()
    assert str(awa) == "Awa Diop"


@pytest.mark.parametrize("path", ["/compte/connexion/", "/compte/deconnexion/", "/compte/ferme/"])
def test_these_pages_pass_the_strict_policy(client, awa, path):
    client.force_login(awa) if "deconnexion" in path else None
    html = client.get(path).content.decode()
    scripts = re.findall(r"<script\b[^>]*>", html)
    # Files of ours, or data that is not run.
    assert all('src="/static/' in one or 'type="application/json"' in one for one in scripts)
    assert " style=" not in html
