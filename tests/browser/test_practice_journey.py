"""A practice from its first word to the tree, in a real browser: told, read by two towns, taken up by one.

Wide with script, and on a telephone without; no page passed through breaks a rule of accessibility.
"""

from __future__ import annotations

import pytest

from terreau.practices.models import Adoption, Practice
from tests.browser.visiting import WAYS, visitor
from tests.directory import factories

pytestmark = pytest.mark.browser


@pytest.fixture
def towns(transactional_db, small_world):
    """Four towns opened in the network, each with its agent."""
    places = [small_world.poitiers, small_world.nantes, small_world.lyon, small_world.bamako]
    for place in places:
        place.opened_on = "2026-01-01"
        place.save(update_fields=["opened_on"])
    return [(place, factories.agent_of(place)) for place in places]


@pytest.fixture(params=WAYS)
def someone(chromium, live_server, request):
    """A person in a browser, who signs in as whoever the story needs."""
    made = visitor(chromium, live_server, request.param)
    yield made
    made.page.context.close()


def becomes(someone, client, person):
    """The same browser, another person."""
    client.force_login(person)
    someone.page.context.clear_cookies()
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": someone.site}
    someone.page.context.add_cookies([cookie])


def test_a_practice_is_told_read_taken_up_and_compared(client, towns, someone):
    (poitiers, author), *readers, (bamako, taker) = towns
    becomes(someone, client, author)
    someone.goes(f"/espace/{poitiers.code}/pratiques/")
    someone.sees("Bonnes pratiques")
    someone.follows("Raconter une pratique")
    someone.sees("Nouvelle bonne pratique")
    someone.types("Nom de la pratique", "Un marché d’essai")
    someone.types("Activité, en deux phrases", "Des producteurs d’essai vendent ensemble.")
    someone.ticks("mise en réseau et faîtières")
    someone.types("Problème", "Chacun vendait seul.")
    someone.types("Ce qui a été fait", "La mairie prête une place.")
    someone.types("Montant", "beaucoup")
    someone.types("Contact", "service d’essai")
    someone.presses("Enregistrer")
    someone.sees("Nouvelle bonne pratique")
    someone.reads("n’est pas un montant")
    someone.types("Montant", "12 000")
    someone.types("Résultat", "douze étals d’essai")
    someone.presses("Enregistrer")
    someone.sees("Un marché d’essai")
    someone.presses("Envoyer aux relecteurs")
    someone.sees("Un marché d’essai")
    someone.reads("Deux agents d’autres territoires")
    for _place, reader in readers:
        becomes(someone, client, reader)
        someone.goes("/bonnes-pratiques/a-relire/")
        someone.sees("Bonnes pratiques à relire")
        someone.follows("Un marché d’essai")
        someone.sees("Un marché d’essai")
        someone.presses("Approuver")
        someone.sees("Bonnes pratiques à relire")
    practice = Practice.objects.public().get(shipped_as=None)
    becomes(someone, client, taker)
    someone.goes("/bonnes-pratiques/?besoin=networking")
    someone.sees("Bonnes pratiques")
    someone.follows("Un marché d’essai")
    someone.sees("Un marché d’essai")
    someone.reads("12\u202f000\u00a0€", "Aucune ville n’a encore déclaré")
    someone.follows(f"Est-ce possible à {bamako.name}")
    someone.sees(f"Est-ce possible à {bamako.name}")
    someone.reads("Ce qui manque pour répondre")
    someone.follows("Nous la reprenons")
    someone.sees("Nous la reprenons")
    someone.types("Ce que vous adaptez", "Le dimanche.")
    someone.presses("Déclarer que nous la reprenons")
    someone.sees("Notre reprise")
    assert Adoption.objects.get(practice=practice).territory == bamako
    someone.goes(f"/espace/{bamako.code}/villes-semblables/")
    someone.sees("Villes qui ressemblent à la mienne")
    someone.ticks("organisations connues")
    someone.presses("Enregistrer")
    someone.sees("Villes qui ressemblent à la mienne")
    someone.page.context.clear_cookies()
    someone.goes(f"/bonnes-pratiques/{practice.public_id}/")
    someone.sees("Un marché d’essai")
    someone.reads(bamako.name, "Le dimanche.")
    someone.goes(f"/territoires/{bamako.code}/villes-semblables/")
    someone.sees("Villes qui ressemblent à")
    assert someone.broken == {}
