"""Addresses of « tenue de l’annuaire »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.stewardship import screens_actor as actor
from terreau.stewardship import screens_moderation as agent
from terreau.stewardship import screens_public as public

app_name = "stewardship"
urlpatterns: list[URLPattern | URLResolver] = [
    path("mes-fiches/", actor.mine, name="mine"),
    path("tenir-une-fiche/<str:token>/", actor.invitation, name="invitation"),
    path("annuaire/<slug:public_id>/revendiquer/", actor.claim, name="claim"),
    path("annuaire/<slug:public_id>/revendiquer/code/", actor.claim_code, name="claim_code"),
    path("annuaire/<slug:public_id>/equipe/", actor.team, name="team"),
    path("annuaire/<slug:public_id>/equipe/changer/", actor.team_act, name="team_act"),
    path("annuaire/<slug:public_id>/appartenances/", actor.belongings, name="belongings"),
    path("annuaire/<slug:public_id>/signaler/", public.report, name="report"),
    path("territoires/<slug:code>/proposer/", public.propose, name="propose"),
    path("propositions/<int:key>/", public.proposal, name="proposal"),
    path("propositions/code/<str:token>/", public.proposal_code, name="proposal_code"),
    path("espace/<slug:code>/moderation/", agent.moderation, name="moderation"),
    path("espace/<slug:code>/moderation/seuils/", agent.threshold, name="threshold"),
    path("espace/<slug:code>/moderation/<int:key>/", agent.item, name="item"),
]
