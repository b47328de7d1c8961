"""A plan as a workbook that can be imported again, and as a calendar."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.cache import caches
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terreau.accounts.models import RoleGrant
from terreau.core.errors import TerreauError
from terreau.core.workbooks import workbook
from terreau.plans import calendar_file, panels, services
from terreau.plans.enums import ActionState
from terreau.plans.exporting import sheets_of
from terreau.plans.importing import changes_of
from terreau.plans.models import Action, Plan
from tests.directory import factories
from tests.plans import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(client):
    place, agent, plan = world.planned_town()
    client.force_login(agent)
    return place, agent, plan


def full(agent: Any, plan: Plan) -> Action:
    """An action that says something of everything."""
    made = world.action(
        agent,
        plan,
        words="Une première ligne d’essai.\nUne seconde ; avec « des signes », 5 % et =1+1.",
        elected_pilot="adjointe",
        partners=["Une coopérative d’essai", "Une autre, avec virgule"],
        need="premises",
        lever="premises.lend",
        participation="consultation",
        steps=[{"title": "Étape d’essai", "due_on": date.today() + timedelta(days=30)}],
    )
    world.entry(agent, made, 900, "planned")
    services.add_indicator(person=agent, action=made, values={"title": "Étals d’essai", "target": 12})
    return made


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in book}


def read_back(agent: Any, plan: Plan, sheet: str) -> list[Any]:
    content = workbook(sheets_of(plan))
    file = services.receive_file(person=agent, plan=plan, name="x.xlsx", content=[content], sheet=sheet)
    return changes_of(file)


@pytest.mark.parametrize("sheet", ["Actions", "Étapes", "Budget", "Indicateurs et valeurs"])
def test_what_is_exported_changes_nothing_when_it_comes_back(town, sheet):
    _place, agent, plan = town
    full(agent, plan)
    world.action(agent, plan, title="Une autre d’essai", is_public=False, state="blocked", cause="La pluie.")
    found = read_back(agent, plan, sheet)
    assert {one.status for one in found} == {"same"}, [vars(one) for one in found]
    assert not any(one.kept for one in found)


def test_a_cell_changed_in_the_export_is_changed_in_the_plan(client, town):
    place, agent, plan = town
    made = full(agent, plan)
    content = client.get(reverse("plans:workbook", args=[place.code])).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    titles = [cell.value for cell in book["Actions"][1]]
    book["Actions"].cell(2, titles.index("Action") + 1, "Un nom changé d’essai")
    held = io.BytesIO()
    book.save(held)
    file = services.receive_file(person=agent, plan=plan, name="x.xlsx", content=[held.getvalue()])
    services.import_file(person=agent, file=file)
    made.refresh_from_db()
    assert made.title == "Un nom changé d’essai"
    # The same file again: it was exported before the name changed, and says nothing new.
    again = services.receive_file(person=agent, plan=plan, name="x.xlsx", content=[held.getvalue()])
    assert [one.status for one in changes_of(again)] == ["same"]


_WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=40
)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    title=_WORDS,
    words=st.lists(_WORDS, max_size=3).map("\n".join),
    pilot=_WORDS,
    partners=st.lists(_WORDS, max_size=3),
    state=st.sampled_from(ActionState.values),
    starts_on=st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
)
def test_any_words_come_back_as_they_went(town, title, words, pilot, partners, state, starts_on):
    _place, agent, plan = town
    try:
        made = world.action(
            agent, plan, title=title, words=words, elected_pilot=pilot, partners=partners, state=state,
            cause="Une cause d’essai.", starts_on=starts_on, ends_on=None,
        )  # fmt: skip
    except TerreauError:
        return
    # Actions stay from one example to the next.
    found = [one for one in read_back(agent, plan, "Actions") if one.known and one.known.action == made]
    assert [(one.status, one.applied, one.line.problems, one.kept) for one in found] == [("same", [], [], [])]


def test_visitors_get_what_is_public_and_no_more(client, town):
    place, agent, plan = town
    full(agent, plan)
    world.action(agent, plan, title="Un secret d’essai", is_public=False)
    client.logout()
    response = client.get(reverse("plans:public_workbook", args=[place.code]))
    assert response.status_code == 200
    found = sheets(response.content)
    assert list(found) == ["Actions", "Étapes", "Budget", "Indicateurs et valeurs", "Lisez-moi"]
    assert "Un secret d’essai" not in str(found)
    assert "Version" not in str(found["Actions"][0])
    assert client.get(reverse("plans:workbook", args=[place.code])).status_code == 302
    services.show_plan(person=agent, plan=plan, shown=False)
    caches["pages"].clear()
    for name in ("public_workbook", "public_calendar"):
        assert client.get(reverse(f"plans:{name}", args=[place.code])).status_code == 404


def test_simulated_data_say_so_on_both_ways_out(client, town):
    place, agent, plan = town
    full(agent, plan)
    Plan.objects.filter(pk=plan.pk).update(is_simulated=True)
    found = sheets(client.get(reverse("plans:workbook", args=[place.code])).content)
    assert "Données simulées" in str(found["Lisez-moi"])
    text = client.get(reverse("plans:public_calendar", args=[place.code])).content.decode()
    assert "SUMMARY:[données simulées]" in text


# --- The calendar -------------------------------------------------------------------------------------


def unfolded(text: str) -> list[str]:
    """The lines as RFC 5545 (3.1) reads them."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_the_calendar_is_one_that_programs_read(client, town):
    place, agent, plan = town
    made = full(agent, plan)
    world.action(agent, plan, title="Un secret d’essai ; vraiment, \\ long " + "é" * 90, is_public=False)
    world.governed(agent, plan)
    answer = client.get(reverse("plans:public_calendar", args=[place.code]))
    assert answer["Content-Disposition"] == f'inline; filename="plan-public-{place.code}.ics"'
    text = answer.content.decode()
    lines = unfolded(text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 5
    keys = [line for line in lines if line.startswith("UID:")]
    assert len(set(keys)) == 5
    assert f"DTSTART;VALUE=DATE:{made.ends_on:%Y%m%d}" in lines
    assert f"SUMMARY:Fin : {made.title}" in lines
    assert "secret" not in text
    whole = unfolded(calendar_file.text_of(plan))
    assert "SUMMARY:Fin : Un secret d’essai \\; vraiment\\, \\\\ long " + "é" * 90 in whole
    assert [line for line in unfolded(calendar_file.text_of(plan)) if line.startswith("UID:")]


def test_a_secret_address_is_renewed_and_dies_with_the_right(client, town):
    place, agent, plan = town
    world.action(agent, plan, title="Un secret d’essai", is_public=False)
    page = reverse("plans:calendar", args=[place.code])
    assert not calendar_file.address_of(agent, plan)
    client.post(reverse("plans:renew_calendar", args=[place.code]), {"before": ""})
    first = calendar_file.address_of(agent, plan)
    assert first in client.get(page).content.decode()
    client.post(reverse("plans:renew_calendar", args=[place.code]), {"before": ""})
    assert calendar_file.address_of(agent, plan) == first
    client.post(reverse("plans:renew_calendar", args=[place.code]), {"before": first})
    second = calendar_file.address_of(agent, plan)
    client.logout()
    path = "/" + second.split("/", 3)[3]
    response = client.get(path)
    assert "Un secret d’essai" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"] == f'inline; filename="plan-{place.code}.ics"'
    assert response["X-Robots-Tag"] == "noindex"
    assert client.get("/" + first.split("/", 3)[3]).status_code == 404
    assert client.get(path.replace(".ics", "x.ics")).status_code == 404
    RoleGrant.objects.filter(person=agent).delete()
    assert client.get(path).status_code == 404
    assert panels.export(agent)["calendars"] == [plan.title]
    panels.erase(agent)
    assert not panels.export(agent)["calendars"]


def test_whoever_does_not_read_the_plan_gets_no_address(client, town):
    place, _agent, plan = town
    other = factories.person()
    client.force_login(other)
    assert client.post(reverse("plans:renew_calendar", args=[place.code]), {}).status_code == 403
    assert not calendar_file.address_of(other, plan)
