"""The whole way of an actor in a real browser: find a sheet, claim it, edit it, invite, confirm it.

With script and without, wide and on a telephone; no page passed through breaks a rule of accessibility.
"""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from terreau.accounts.services import ensure_person
from terreau.directory.enums import SourceKind
from terreau.freshness.asking import ask_all_due
from tests.browser.visiting import WAYS, link_in, received, visitor
from tests.directory import factories
from tests.freshness.world import ago

pytestmark = pytest.mark.browser
NAME = "Les Pommes de l’Essai"
HELD_BY_THE_SHEET = "contact@pommes.test"
ACTOR, COLLEAGUE, STRANGER = "actrice@exemple.test", "collegue@exemple.test", "autre@exemple.test"


@pytest.fixture
def town(transactional_db, small_world):
    # Codes asked for are counted there.
    cache.clear()
    return small_world.poitiers


@pytest.fixture
def sheet(town):
    made = factories.organisation(NAME, town, email=HELD_BY_THE_SHEET, description="Presse des pommes.")
    factories.indexed()
    return made


@pytest.fixture(params=WAYS)
def actor(chromium, live_server, request):
    """Somebody without account, in each of the ways to see a page."""
    made = visitor(chromium, live_server, request.param)
    yield made
    made.page.context.close()


@pytest.fixture
def with_script(chromium, live_server):
    """The same, where a script is needed whatever the width."""
    made = visitor(chromium, live_server, "360px")
    yield made
    made.page.context.close()


# --- Keeping a sheet ------------------------------------------------------------------------------------


def _claims_by_code(actor):
    """From the search to the sheet kept: nothing is lost by having to open an account on the way."""
    actor.goes("/annuaire/")
    actor.page.get_by_role("searchbox").fill("pommes essai")
    actor.presses("Chercher")
    actor.page.locator("article a").first.click()
    actor.sees(NAME)
    actor.follows("C’est votre organisation ?")
    actor.reads("Vous reviendrez ensuite là où vous alliez.")
    actor.signs_in(ACTOR)
    actor.sees("C’est votre organisation ?")
    actor.reads(NAME, "c…@pommes.test")
    actor.presses("Envoyer le code")
    actor.sees("Le code reçu")
    code = re.search(r"\b(\d{6})\b", received(HELD_BY_THE_SHEET).body)[1]
    actor.types("Code reçu", f"{(int(code) + 1) % 1_000_000:06d}")
    actor.types("Votre nom", "Personne d’essai")
    actor.presses("Tenir cette fiche")
    actor.sees("Le code reçu")
    actor.reads("Ce n’est pas le code envoyé.")
    actor.types("Code reçu", code)
    actor.presses("Tenir cette fiche")
    actor.sees("Qui tient cette fiche")
    actor.reads("Vous tenez maintenant cette fiche.", "Personne d’essai")


def test_an_actor_finds_a_sheet_claims_it_by_a_code_and_edits_it(actor, sheet):
    _claims_by_code(actor)
    actor.follows("Modifier la fiche")
    actor.sees("Modifier la fiche")
    kinds = {"sells": "Jus de pomme", "offers": "Visite du verger", "seeks": "Bouteilles vides"}
    # Two empty lines are offered at a time: the third thing is said in a second visit.
    actor.unfolds("Ajouter : Catalogue")
    _adds(actor, dict(list(kinds.items())[:2]))
    actor.types("Téléphone", "+33 5 49 00 00 00")
    actor.unfolds("Ajouter : Personne à contacter")
    actor.types("Personne à contacter", "Pomme d’Essai")
    actor.unfolds("autres choix : Langues")
    actor.ticks("arabe")
    actor.ticks("Téléphone", within="Ce qui est public")
    actor.presses("Enregistrer")
    actor.sees(NAME)
    actor.follows("Modifier")
    actor.sees("Modifier la fiche")
    actor.unfolds("Ajouter : Catalogue")
    _adds(actor, {"seeks": kinds["seeks"]}, start=2)
    actor.presses("Enregistrer")
    actor.sees(NAME)
    actor.reads(*kinds.values(), "12 €", "arabe", "l’organisation elle-même")
    shown = Client().get(f"/annuaire/{sheet.public_id}/").content.decode()
    assert "49 00 00 00" in shown
    assert all(hidden not in shown for hidden in ("Pomme d’Essai", HELD_BY_THE_SHEET))
    actor.signs_out()
    assert actor.broken == {}


def _adds(actor, kinds, *, start=0):
    for row, (kind, what) in enumerate(kinds.items(), start):
        actor.page.locator(f"[name=entry_{row}_kind]").select_option(kind)
        actor.page.locator(f"[name=entry_{row}_what]").fill(what)
        actor.page.locator(f"[name=entry_{row}_price]").fill("12 €")


def test_an_actor_invites_a_colleague_whose_link_serves_once(actor, sheet):
    _claims_by_code(actor)
    actor.types("Adresse électronique du collègue", COLLEAGUE)
    actor.presses("Inviter")
    actor.reads("L’invitation est partie.", "c…@exemple.test")
    message = received(COLLEAGUE)
    assert "Personne d’essai vous invite" in message.body
    actor.signs_out()
    actor.goes(link_in(message))
    actor.signs_in(COLLEAGUE)
    actor.sees("Invitation à tenir une fiche")
    actor.reads(NAME)
    actor.types("Votre nom", "Collègue d’essai")
    actor.presses("Accepter")
    actor.sees("Qui tient cette fiche")
    actor.reads("Personne d’essai", "Collègue d’essai")
    actor.signs_out()
    actor.goes(link_in(message))
    actor.signs_in(STRANGER)
    actor.sees("Invitation à tenir une fiche")
    actor.reads("Cette invitation a déjà servi.")
    actor.signs_out()
    assert actor.broken == {}


def test_without_the_sheet_s_address_the_agent_decides(actor, town):
    made = factories.organisation("Sans adresse d’essai", town)
    factories.indexed()
    agent = factories.agent_of(town)
    actor.goes(f"/annuaire/{made.public_id}/")
    actor.follows("C’est votre organisation ?")
    actor.signs_in(ACTOR)
    actor.sees("C’est votre organisation ?")
    actor.reads("n’a pas d’adresse électronique")
    actor.types("Qui êtes-vous", "La trésorière d’essai ; demandez à la maison de quartier.")
    actor.types("Votre nom", "Trésorière d’essai")
    actor.presses("Demander à l’agent")
    actor.sees("Mes fiches")
    actor.reads("Votre demande est transmise", "en attente")
    actor.signs_out()

    ensure_person(email=agent.email)  # its address is known to be its own
    actor.goes(f"/espace/{town.code}/moderation/")
    actor.signs_in(agent.email)
    actor.sees("Modération")
    actor.follows("Sans adresse d’essai")
    actor.reads("La trésorière d’essai", "Trésorière d’essai")
    actor.presses("Accepter")
    actor.signs_out()

    assert "Sans adresse d’essai" in received(ACTOR).body
    actor.goes("/mes-fiches/")
    actor.signs_in(ACTOR)
    actor.sees("Mes fiches")
    actor.follows("Modifier Sans adresse d’essai")
    actor.sees("Modifier la fiche")
    assert actor.broken == {}


# --- The yearly question --------------------------------------------------------------------------------


def _asked(actor, sheet):
    """The link of the yearly message, opened without signing in."""
    factories.said(sheet, kind=SourceKind.AGENT, stated_on=ago(400), email=HELD_BY_THE_SHEET)
    ask_all_due()
    link = link_in(received(HELD_BY_THE_SHEET))
    actor.goes(link)
    actor.sees("Votre fiche est.elle exacte")
    actor.reads(NAME)
    return link


def test_one_click_of_the_yearly_message_confirms_and_a_second_is_told_so_kindly(actor, sheet):
    link = _asked(actor, sheet)
    actor.presses("Oui, tout est exact")
    actor.sees("Merci")
    actor.goes(link)
    actor.sees("Votre réponse est déjà enregistrée")
    actor.reads("Ce lien a déjà servi")
    actor.goes(link[:-4] + "xxx/")
    actor.sees("Ce lien ne sert plus")
    actor.goes(f"/annuaire/{sheet.public_id}/")
    actor.sees(NAME)
    actor.reads("l’organisation elle-même")
    assert actor.page.get_by_role("link", name="Se connecter").count() == 1
    assert actor.broken == {}


def test_the_sheet_is_corrected_by_the_yearly_message_and_keeps_its_catalogue(actor, sheet):
    entry = {"kind": "sells", "what": "Cidre d’essai"}
    factories.said(sheet, kind=SourceKind.LIST, catalogue=[entry])
    _asked(actor, sheet)
    actor.presses("Corriger")
    actor.sees("La fiche de")
    actor.types("Activité", "Presse aussi des poires.")
    actor.presses("Enregistrer")
    actor.sees(NAME)
    actor.reads("Presse aussi des poires.", "Cidre d’essai", "Merci.")
    assert actor.broken == {}


# --- Other ways to enter --------------------------------------------------------------------------------


@pytest.fixture
def authenticator(with_script):
    """A passkey kept by the browser itself, whose holder is always there and always recognised."""
    devices = with_script.page.context.new_cdp_session(with_script.page)
    devices.send("WebAuthn.enable")
    options = {
        **{"protocol": "ctap2", "transport": "internal", "hasResidentKey": True},
        **{"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True},
    }
    added = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda: devices.send("WebAuthn.getCredentials", added)["credentials"]


def test_a_passkey_is_registered_and_opens_the_account_without_mail(with_script, town, authenticator):
    actor = with_script
    actor.goes("/compte/securite/")
    actor.signs_in(ACTOR)
    actor.sees("Sécurité")
    actor.follows("Ajouter une clé d’accès")
    actor.sees("Ajouter une clé d’accès")
    actor.presses("Ajouter")
    actor.sees("Sécurité")
    actor.reads("La clé d’accès est enregistrée.", "1 clé enregistrée.", "Codes de secours")
    assert len(authenticator()) == 1
    actor.signs_out()
    actor.goes("/compte/connexion/?next=/mes-fiches/")
    actor.presses("Entrer avec ma clé d’accès")
    actor.sees("Mes fiches")
    actor.goes("/compte/securite/cles/")
    actor.sees("Clés d’accès")
    assert actor.broken == {}


def test_a_passkey_refused_by_its_holder_is_told(with_script, town):
    actor = with_script
    actor.goes("/compte/connexion/")
    # As when the holder closes the window of the browser, or has no device at hand.
    actor.page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException()) }")
    actor.presses("Entrer avec ma clé d’accès")
    actor.reads("Cette clé d’accès n’a pas pu être employée")
    actor.sees("Se connecter")
    assert actor.broken == {}


def test_an_application_of_codes_is_asked_for_after_the_code_of_the_mail(actor, town):
    actor.goes("/compte/securite/application/")
    actor.signs_in(ACTOR)
    actor.sees("Enregistrer une application")
    secret = actor.page.locator("code").inner_text()
    actor.types("Code", _shown_by_the_application(secret))
    actor.presses("Enregistrer")
    actor.sees("Sécurité")
    actor.reads("L’application de codes est enregistrée.")
    # Whoever sits at the screen does not read them: a proof is asked for first.
    actor.follows("Les voir")
    actor.sees("Une preuve, d’abord")
    backup = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    actor.types("Code", backup)
    actor.presses("Continuer")
    actor.sees("Codes de secours")
    backup = actor.page.locator("main code").last.inner_text()
    actor.signs_out()
    actor.goes("/compte/connexion/?next=/mes-fiches/")
    actor.signs_in(ACTOR)
    actor.sees("Seconde preuve")
    actor.types("Code", "000000")
    actor.presses("Entrer")
    actor.reads("Ce n’est pas le bon code")
    actor.types("Code", backup)
    actor.presses("Entrer")
    actor.sees("Mes fiches")
    assert actor.broken == {}


def _shown_by_the_application(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def test_the_scripts_of_the_page_to_sign_in_are_light_and_of_the_site(with_script, town):
    weights = {}
    with_script.page.on(
        "response",
        lambda one: weights.update({one.url: len(one.body())}) if one.url.endswith(".js") else None,
    )
    with_script.goes("/compte/connexion/")
    assert all(url.startswith(with_script.site) for url in weights)
    assert sum(weights.values()) < 13_000  # less than 5 kB on the wire


def test_without_script_no_page_offers_a_passkey(actor, town):
    for path in ("/compte/connexion/", "/compte/securite/cles/ajouter/"):
        actor.goes(path)
        if "/securite/" in path:
            actor.signs_in(ACTOR)
        actor.sees("Se connecter|Ajouter une clé")
        offered = actor.page.get_by_role("button", name=re.compile("clé d’accès|^Ajouter"))
        expect(offered).to_have_count(int(actor.script))
