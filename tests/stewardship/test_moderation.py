"""The queue: proposals, edits, reports, and decisions that are never two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.utils import timezone

from terreau.core.errors import NotAllowed, TerreauError
from terreau.directory.models import Organisation
from terreau.directory.services import edit_organisation
from terreau.notifications.models import Message
from terreau.stewardship import guarding, queue, services
from terreau.stewardship.enums import Kind, State
from terreau.stewardship.jobs import forget_old, publish_due
from terreau.stewardship.models import Item, Vouch
from tests.directory import factories as make

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def proposal(town, person=None, once="essai-1", **values):
    return services.propose(
        person=person or make.person(),
        territory=town,
        values={"name": "La Proposition d’essai", **values},
        words="Je la connais",
        mine=False,
        once=once,
    )


def neighbours(town, keep, count, email="voisin{}@essai-{}.example"):
    return [
        keep(make.organisation(f"Voisine d’essai {number}", town), email=email.format(number, number))
        for number in range(count)
    ]


def shown(name="La Proposition d’essai"):
    return Organisation.objects.filter(name=name).count()


# --- Proposals ------------------------------------------------------------------------------------


def test_a_proposal_waits_once_and_becomes_a_sheet_when_accepted(town, agent):
    item = proposal(town, description="Essai")
    assert proposal(town, once="essai-1").pk == item.pk
    assert shown() == 0
    services.decide(person=agent, item=item, accepted=True, version=item.version)
    assert shown() == 1
    item.refresh_from_db()
    assert item.organisation.description == "Essai"


def test_an_amended_proposal_is_published_as_amended(town, agent):
    item = proposal(town)
    services.decide(
        person=agent,
        item=item,
        accepted=True,
        version=item.version,
        values={"name": "La Proposition corrigée"},
    )
    assert (shown(), shown("La Proposition corrigée")) == (0, 1)


def test_two_agents_never_both_decide(town, agent):
    other, item = make.agent_of(town), proposal(town)
    services.decide(person=agent, item=item, accepted=True, version=item.version)
    with pytest.raises(TerreauError, match="déjà décidé"):
        services.decide(person=other, item=item, accepted=False, words="Non", version=item.version)
    with pytest.raises(TerreauError, match="déjà décidé"):
        services.decide(person=agent, item=item, accepted=True, version=item.version)
    assert shown() == 1


def test_what_changed_since_it_was_read_is_read_again(town, agent):
    item = proposal(town)
    Item.objects.filter(pk=item.pk).update(version=5)
    with pytest.raises(TerreauError, match="a changé"):
        services.decide(person=agent, item=item, accepted=True, version=1)


@pytest.mark.parametrize("who", ["nobody", "person", "neighbour", "elsewhere"])
def test_only_an_agent_of_the_territory_decides(town, keep, who):
    person = {
        "nobody": lambda: NOBODY,
        "person": make.person,
        "neighbour": lambda: neighbours(town, keep, 1)[0],
        "elsewhere": lambda: make.agent_of(make.territory()),
    }[who]()
    item = proposal(town)
    with pytest.raises(NotAllowed):
        services.decide(person=person, item=item, accepted=True, version=item.version)
    with pytest.raises(NotAllowed):
        services.set_threshold(person=person, territory=town, needed=1, hours=1, version=0)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.REFUSED, State.WITHDRAWN])
def test_what_is_over_is_not_decided_again(town, agent, state):
    author = make.person()
    item = proposal(town, author)
    Item.objects.filter(pk=item.pk).update(state=state, decided_at=timezone.now())
    with pytest.raises(TerreauError):
        services.decide(person=agent, item=item, accepted=True, version=item.version)
    assert publish_due("") == 0
    assert shown() == 0


def test_the_author_takes_it_back_and_nobody_else(town):
    author = make.person()
    item = proposal(town, author)
    with pytest.raises(TerreauError):
        services.withdraw(person=make.person(), item=item)
    for _click in range(2):
        services.withdraw(person=author, item=item)
    item.refresh_from_db()
    assert item.state == State.WITHDRAWN


def test_one_without_account_confirms_their_address_by_a_code(town, agent, code_in):
    item = services.propose(
        person=NOBODY,
        territory=town,
        values={"name": "La Proposition d’essai"},
        words="",
        mine=False,
        once="x",
        address="visiteuse@essai.example",
    )
    assert item.state == State.UNCONFIRMED
    with pytest.raises(TerreauError):
        services.confirm_proposal(item=item, code="abcdef")
    services.confirm_proposal(item=item, code=code_in("visiteuse@essai.example"))
    item.refresh_from_db()
    assert item.state == State.WAITING
    services.decide(person=agent, item=item, accepted=False, words="Hors du champ", version=item.version)
    item.refresh_from_db()
    assert item.reply_to == ""
    assert Message.objects.filter(address="visiteuse@essai.example", lines__icontains="Hors").exists()


def test_an_address_never_confirmed_is_forgotten_and_the_proposal_kept(town):
    item = services.propose(
        person=NOBODY,
        territory=town,
        values={"name": "Oubliée d’essai"},
        words="",
        mine=False,
        once="y",
        address="v@essai.example",
    )
    Item.objects.update(created_at=timezone.now() - timedelta(days=8))
    forget_old("")
    item.refresh_from_db()
    assert (item.reply_to, item.values["name"]) == ("", "Oubliée d’essai")


def test_likeness_is_shown_before_and_nothing_typed_is_lost(client, town, unhurried):
    make.organisation("Les Jardins d’essai", town)
    make.indexed()
    client.force_login(make.person())
    data = {"name": "Jardins d’essai", "description": "Des légumes", "where": "", "words": "Bonjour"}
    path = f"/territoires/{town.code}/proposer/"
    page = client.post(path, data | answered(client, path))
    text = page.content.decode()
    assert page.status_code == 400
    assert "presque le même nom" in text
    assert "rien n’est encore envoyé" in text
    assert "Des légumes" in text
    assert "Bonjour" in text
    # The keyboard that a telephone shows.
    assert all(f'inputmode="{kind}"' in text for kind in ("email", "tel", "url"))
    assert not Item.objects.exists()
    sent = client.post(path, data | {"distinct": "1"} | answered(client, path))
    assert sent.status_code == 302
    assert Item.objects.get().why == "alike"


def answered(client, path):
    """What a person adds to a form that is guarded: the token, and the answer to the question."""
    page = client.get(path)
    return answers(page.context["guard"])


def answers(guard):
    words = {word: number for number, word in enumerate(guarding._WORDS)}
    numbers = [words[word] for word in guard.question.replace("\u00a0", " ").split() if word in words]
    return {"token": guard.token, "reponse": str(sum(numbers[:2]))}


# --- Edits of keepers ----------------------------------------------------------------------------------


def test_an_edit_of_who_it_is_shows_at_once_and_waits_for_a_look(town, agent, sheet, keep):
    person = keep(sheet)
    edit_organisation(
        person=person, organisation=sheet, values={"name": "Un autre nom d’essai"}, version=sheet.version
    )
    sheet.refresh_from_db()
    assert sheet.name == "Un autre nom d’essai"
    item = Item.objects.get(kind=Kind.EDIT)
    edit_organisation(person=person, organisation=sheet, values={"name": "Encore un"}, version=sheet.version)
    item.refresh_from_db()
    assert item.values["name"] == {"before": "Les Essais réunis", "after": "Encore un"}
    assert [row["why"] for group in queue.groups(town) for row in group["rows"]] == ["a changé\u00a0: nom"]
    services.decide(
        person=agent, item=item, accepted=False, words="Ce n’est pas votre nom", version=item.version
    )
    sheet.refresh_from_db()
    assert sheet.name == "Les Essais réunis"


def test_refusing_an_edit_gives_back_the_organisations_own_former_word(town, agent, sheet, keep):
    person = keep(sheet)
    for name in ("Notre nom d’essai", "Un nom refusé"):
        sheet.refresh_from_db()
        edit_organisation(person=person, organisation=sheet, values={"name": name}, version=sheet.version)
        if name == "Notre nom d’essai":
            first = Item.objects.get(kind=Kind.EDIT)
            services.decide(person=agent, item=first, accepted=True, version=first.version)
    second = Item.objects.get(kind=Kind.EDIT, state=State.WAITING)
    services.decide(person=agent, item=second, accepted=False, words="Non", version=second.version)
    sheet.refresh_from_db()
    assert sheet.name == "Notre nom d’essai"


def test_other_edits_and_those_of_agents_wait_for_nobody(sheet, agent, keep):
    edit_organisation(
        person=keep(sheet), organisation=sheet, values={"description": "Essai"}, version=sheet.version
    )
    sheet.refresh_from_db()
    edit_organisation(person=agent, organisation=sheet, values={"name": "Par l’agent"}, version=sheet.version)
    assert not Item.objects.exists()


def test_two_editors_at_once_neither_loses_a_word(client, sheet, keep):
    first, second = keep(sheet), keep(sheet, "editor")
    read = sheet.version
    edit_organisation(person=first, organisation=sheet, values={"description": "Du premier"}, version=read)
    client.force_login(second)
    path = f"/annuaire/{sheet.public_id}/modifier/"
    page = client.post(path, {"version": read, "name": sheet.name, "description": "Du second"})
    text = page.content.decode()
    assert page.status_code == 409
    assert "Du premier" in text
    assert "Du second" in text


# --- Reports ----------------------------------------------------------------------------------------------


def test_a_visitor_reports_and_is_answered_and_forgotten(client, sheet, agent, town, unhurried):
    path = f"/annuaire/{sheet.public_id}/signaler/"
    data = {"words": "Le nom est faux", "about": "name", "reply_to": "passant@essai.example"}
    data |= answered(client, path)
    for _click in range(2):
        assert client.post(path, data).status_code == 302
    item = Item.objects.get(kind=Kind.REPORT)
    client.force_login(agent)
    shown = client.get(f"/espace/{town.code}/moderation/").content.decode()
    assert sheet.name in shown
    assert "Un visiteur signale une erreur\u00a0: nom." in shown
    page = client.get(f"/espace/{town.code}/moderation/{item.pk}/").content.decode()
    assert "Le nom est faux" in page
    assert "passant@" not in page
    done = client.post(
        f"/espace/{town.code}/moderation/{item.pk}/",
        {"act": "accept", "words": "Merci", "version": item.version},
    )
    assert done.status_code == 302
    item.refresh_from_db()
    assert (item.state, item.reply_to) == (State.ACCEPTED, "")
    assert Message.objects.filter(address="passant@essai.example").count() == 1


@pytest.mark.parametrize("wrong", ["trap", "answer", "forged", "old", "fast"])
def test_a_robot_is_stopped_and_what_was_typed_is_kept(client, sheet, monkeypatch, wrong):
    monkeypatch.setattr(guarding, "LEAST_SECONDS", 3 if wrong == "fast" else 0)
    path = f"/annuaire/{sheet.public_id}/signaler/"
    data = {"words": "Mon texte d’essai"} | answered(client, path)
    if wrong == "trap":
        data[guarding.TRAP] = "http://robot.example"
    if wrong == "answer":
        data["reponse"] = "99"
    if wrong == "forged":
        data["token"] = signing.dumps({"once": "x", "answer": ""}, salt="autre")
    if wrong == "old":
        monkeypatch.setattr(guarding, "MOST_SECONDS", -1)
    page = client.post(path, data)
    assert page.status_code == 400
    assert "Mon texte d’essai" in page.content.decode()
    assert not Item.objects.exists()


def test_the_answer_may_be_in_words_and_is_not_readable_in_the_page():
    guard = guarding.fresh()
    given = answers(guard)
    assert signing.loads(guard.token, salt=guarding.SALT)["answer"] != given["reponse"]


def test_reports_are_limited_in_number(client, sheet, unhurried):
    path = f"/annuaire/{sheet.public_id}/signaler/"
    codes = {client.post(path, {"words": "x"} | answered(client, path)).status_code for _one in range(8)}
    assert 429 in codes
    assert Item.objects.count() == 6


# --- Vouching ----------------------------------------------------------------------------------------------


def enough(town, agent, needed=3, hours=72):
    services.set_threshold(person=agent, territory=town, needed=needed, hours=hours, version=0)


def test_with_enough_voices_it_publishes_itself_after_the_delay(town, agent, keep):
    enough(town, agent)
    item = proposal(town)
    for person in neighbours(town, keep, 3):
        services.vouch(person=person, item=item, supports=True)
    assert publish_due("") == 0
    Item.objects.update(publishes_at=timezone.now() - timedelta(seconds=1))
    assert publish_due("") == 1
    assert publish_due("") == 0
    assert shown() == 1
    assert Organisation.objects.get(name="La Proposition d’essai").confirmed_on is None


def test_an_objection_leaves_it_to_the_agent(town, agent, keep):
    enough(town, agent, needed=1, hours=0)
    item = proposal(town)
    first, second = neighbours(town, keep, 2)
    services.vouch(person=first, item=item, supports=True)
    with pytest.raises(TerreauError, match="pourquoi"):
        services.vouch(person=second, item=item, supports=False)
    services.vouch(person=second, item=item, supports=False, words="Elle n’existe plus")
    assert publish_due("") == 0
    item.refresh_from_db()
    assert (item.publishes_at, item.why) == (None, "objected")
    services.vouch(person=second, item=item, supports=True, words="Je me suis trompé")
    assert publish_due("") == 1


@pytest.mark.parametrize(
    "emails",
    [
        ["anneau+{}@essai.example"] * 3,
        ["an.ne{}au@gmail.com", "anne{}.au@gmail.com", "a.n.n.e{}au+x@googlemail.com"],
    ],
)
def test_a_ring_from_one_mailbox_counts_once(town, agent, keep, emails):
    enough(town, agent, needed=2, hours=0)
    item = proposal(town)
    for number, email in enumerate(emails):
        at = email.format(number if "+{}" in email else "")
        person = keep(make.organisation(f"Anneau d’essai {number}", town), email=at)
        services.vouch(person=person, item=item, supports=True)
    assert Vouch.objects.count() == 3
    assert publish_due("") == 0


def test_a_ring_from_one_sheet_or_one_connection_counts_once(town, agent, keep):
    enough(town, agent, needed=2, hours=0)
    item = proposal(town)
    one = make.organisation("Une seule fiche d’essai", town)
    for number in range(3):
        services.vouch(person=keep(one, email=f"p{number}@a{number}.example"), item=item, supports=True)
    assert publish_due("") == 0
    other = proposal(town, once="autre")
    for person in neighbours(town, keep, 3):
        services.vouch(person=person, item=other, supports=True, connection="203.0.113.7")
    assert publish_due("") == 0
    assert "203.0.113.7" not in repr(list(Vouch.objects.values()))


def test_the_authors_other_accounts_add_nothing(town, agent, keep):
    enough(town, agent, needed=1, hours=0)
    author = make.person("auteur@essai.example")
    item = proposal(town, author)
    with pytest.raises(NotAllowed):
        services.vouch(person=author, item=item, supports=True)
    same = keep(make.organisation("Fiche d’essai", town), email="auteur+2@essai.example")
    services.vouch(person=same, item=item, supports=True)
    assert publish_due("") == 0


@pytest.mark.parametrize("who", ["nobody", "person", "agent", "elsewhere"])
def test_only_a_neighbour_vouches(town, agent, keep, who):
    person = {
        "nobody": lambda: NOBODY,
        "person": make.person,
        "agent": lambda: agent,
        "elsewhere": lambda: keep(make.organisation("Ailleurs d’essai", make.territory())),
    }[who]()
    with pytest.raises(NotAllowed):
        services.vouch(person=person, item=proposal(town), supports=True)


def test_thresholds_are_the_nearest_territorys_and_two_agents_do_not_overwrite(town, agent):
    from terreau.stewardship.vouching import threshold_of

    assert threshold_of(town).needed == 3
    enough(town.parent, make.secretary(), needed=7)
    assert threshold_of(town).needed == 7
    enough(town, agent, needed=0)
    assert threshold_of(town).needed == 0
    with pytest.raises(TerreauError, match="Quelqu’un d’autre"):
        enough(town, agent, needed=9)


def test_the_screens_of_vouching(client, town, agent, keep):
    person, item = neighbours(town, keep, 1)[0], proposal(town, email="cachee@essai.example")
    client.force_login(person)
    assert "La Proposition" in client.get("/mes-fiches/").content.decode()
    page = client.get(f"/propositions/{item.pk}/").content.decode()
    assert "Je connais cette organisation" in page
    assert "cachee@" not in page
    client.post(f"/propositions/{item.pk}/", {"act": "support", "words": ""})
    assert Vouch.objects.get().supports
    client.force_login(make.person())
    assert client.get(f"/propositions/{item.pk}/").status_code == 403
    client.force_login(agent)
    seen = client.get(f"/espace/{town.code}/moderation/").content.decode()
    assert "1 pour, 0 contre" in seen
    assert client.get(f"/espace/{town.code}/moderation/seuils/").status_code == 200
    client.post(f"/espace/{town.code}/moderation/seuils/", {"needed": "5", "hours": "24", "version": "0"})
    amended = client.post(
        f"/espace/{town.code}/moderation/{item.pk}/",
        {"act": "accept", "version": item.version, "name": "La Proposition relue", "where": "", "words": ""},
    )
    assert amended.status_code == 302
    assert shown("La Proposition relue") == 1


def test_a_proposal_is_refused_on_its_page_never_without_a_word(client, town, agent):
    item = proposal(town)
    client.force_login(agent)
    path = f"/espace/{town.code}/moderation/{item.pk}/"
    refusing = {"act": "refuse", "version": item.version, "words": "", "name": "La Proposition", "where": ""}
    silent = client.post(path, refusing)
    assert silent.status_code == 409
    assert "Dites pourquoi" in silent.content.decode()
    done = client.post(path, refusing | {"words": "Elle n’est pas d’ici."}, follow=True)
    assert "C’est décidé" in done.content.decode()
    assert f'href="{path}">La Proposition d’essai</a>' in done.content.decode()
    assert "Elle n’est pas d’ici." in client.get(path).content.decode()
    item.refresh_from_db()
    assert (item.state, item.answer) == (State.REFUSED, "Elle n’est pas d’ici.")


def decided_page(client, town, item, **typed):
    path = f"/espace/{town.code}/moderation/{item.pk}/"
    return client.post(path, {"version": item.version, "words": "", **typed}, follow=True).content.decode()


def test_the_author_is_said_to_be_told_only_when_they_are(client, town, agent, sheet):
    client.force_login(agent)
    nameless = services.report(person=NOBODY, organisation=sheet, words="Faux", once="essai-anonyme")
    page = decided_page(client, town, nameless, act="accept")
    assert "C’est décidé." in page
    assert "averti" not in page
    reached = services.report(
        person=NOBODY, organisation=sheet, words="Faux", reply_to="v@essai.example", once="essai-joint"
    )
    assert "averti" in decided_page(client, town, reached, act="accept")


def test_a_word_on_an_edit_that_is_right_reaches_its_author(client, town, agent, keep, sheet):
    author = keep(sheet)
    edit_organisation(
        person=author, organisation=sheet, values={"name": "Les Essais renommés"}, version=sheet.version
    )
    item = Item.objects.get(kind=Kind.EDIT)
    client.force_login(agent)
    page = decided_page(client, town, item, act="accept", words="Merci de l’avoir dit.")
    assert "averti" in page
    assert "Merci de l’avoir dit." in str(Message.objects.get(person=author).lines)


@pytest.mark.parametrize(
    ("needed", "hours", "said"),
    [
        (1, 0, "qu’un voisin appuie, sans opposition, se publie d’elle-même aussitôt."),
        (
            2,
            1,
            "que 2 voisins appuient, sans opposition, se publie d’elle-même après une heure.",
        ),
    ],
)
def test_thresholds_are_said_in_french(client, town, agent, needed, hours, said):
    client.force_login(agent)
    typed = {"needed": needed, "hours": hours, "version": 0, "read": "{}"}
    client.post(f"/espace/{town.code}/moderation/seuils/", typed)
    assert said in client.get(f"/espace/{town.code}/moderation/").content.decode()
