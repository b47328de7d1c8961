"""Addresses of the application « plans »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.plans import (
    action_views,
    carrier_views,
    detail_views,
    edition_views,
    file_views,
    governance_views,
    importing_views,
    plan_views,
    table_views,
    views,
)

app_name = "plans"

_OWN = "espace/<slug:code>/plan/"
_PLAN = "plan-d-action/plans/<slug:public_id>/"
_EDITION = f"{_PLAN}editions/<int:number>/"
_ACTION = "plan-d-action/actions/<slug:public_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("territoires/<slug:code>/plan/", views.public_plan, name="public"),
    path("territoires/<slug:code>/plan/plan.xlsx", file_views.public_workbook, name="public_workbook"),
    path("territoires/<slug:code>/plan/calendrier.ics", file_views.public_calendar, name="public_calendar"),
    path("plan-d-action/agenda/<str:token>.ics", file_views.secret_calendar, name="secret_calendar"),
    path("territoires/<slug:code>/plan/pilotage/", governance_views.public, name="governance_public"),
    path("plan-d-action/demandes/<str:token>/", views.asked, name="asked"),
    path("plan-d-action/ecritures/<slug:public_id>/", views.entry, name="entry"),
    path("plan-d-action/porteurs/", carrier_views.led, name="led"),
    path(f"{_PLAN}editions/", edition_views.editions, name="editions"),
    path(_EDITION, edition_views.edition, name="edition"),
    path(f"{_EDITION}donnees.json", edition_views.data, name="edition_data"),
    path(f"{_EDITION}<slug:version>.<slug:kind>", edition_views.document, name="edition_document"),
    path(f"{_PLAN}comparaison/", edition_views.comparison, name="comparison"),
    path(f"{_PLAN}documents/<slug:version>.<slug:kind>", edition_views.document, name="document"),
    path(_ACTION, views.action, name="action"),
    path(f"{_ACTION}modifier/", action_views.edit, name="edit"),
    path(f"{_ACTION}suivre/", action_views.follow, name="follow"),
    path(f"{_ACTION}confirmer/", governance_views.confirm, name="confirm"),
    path(f"{_ACTION}histoire/", action_views.history, name="history"),
    path(f"{_ACTION}argent/", detail_views.money, name="add_money"),
    path(f"{_ACTION}indicateurs/", detail_views.indicators, name="indicators"),
    path(f"{_ACTION}indicateurs/<int:key>/", detail_views.indicator, name="indicator"),
    path(f"{_ACTION}porteurs/", carrier_views.carriers, name="carriers"),
    path(f"{_ACTION}porteurs/<int:key>/", carrier_views.answer, name="answer"),
    path(f"{_ACTION}pieces/", detail_views.evidence, name="evidence"),
    path(f"{_ACTION}pieces/<int:key>/", detail_views.piece, name="piece"),
    path(f"{_ACTION}resultat/", detail_views.result, name="result"),
    path(f"{_ACTION}faire/", action_views.act, name="act"),
    path(_OWN, plan_views.own, name="own"),
    path(f"{_OWN}tableau/", table_views.table, name="table"),
    path(f"{_OWN}calendrier/", plan_views.calendar, name="calendar"),
    path(f"{_OWN}calendrier/adresse/", file_views.renew, name="renew_calendar"),
    path(f"{_OWN}exporter.xlsx", file_views.workbook, name="workbook"),
    path(f"{_OWN}importer/", importing_views.send, name="import"),
    path(f"{_OWN}importer/<slug:public_id>/", importing_views.file, name="import_file"),
    path(f"{_OWN}frise/", plan_views.gantt, name="gantt"),
    path(f"{_OWN}argent/", plan_views.money_view, name="money"),
    path(f"{_OWN}du-besoin-au-resultat/", plan_views.chains, name="chains"),
    path(f"{_OWN}pilotage/", governance_views.governance, name="governance"),
    path(f"{_OWN}pilotage/modifier/", governance_views.edit, name="governance_edit"),
    path(f"{_OWN}pilotage/revues/<int:key>/", governance_views.review, name="review"),
    path(f"{_OWN}axes/", plan_views.structure, name="structure"),
    path(f"{_OWN}axes/faire/", plan_views.act, name="act_plan"),
    path(f"{_OWN}axes/<slug:kind>/<int:key>/", plan_views.heading, name="heading"),
    path(f"{_OWN}actions/nouvelle/", action_views.new, name="new"),
    path(f"{_OWN}partages/<int:key>/", plan_views.answer_share, name="answer_share"),
]
