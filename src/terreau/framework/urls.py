"""Addresses of the application « framework »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.framework import barrier_views, grid_views, judging_views, network_views, views

app_name = "framework"

_OWN = "espace/<slug:code>/cadre/"
_BARRIERS = "espace/<slug:code>/freins/"
_LINK = "noter/<str:token>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("textes/", views.library, name="library"),
    path("textes/textes.<slug:form>", views.export, name="export"),
    path("textes/methode/", views.method, name="method"),
    path("textes/a-verifier/", network_views.proposals, name="proposals"),
    path("textes/a-verifier/<int:number>/", network_views.check, name="check"),
    path("textes/pays/<slug:country>/", views.country, name="country"),
    path("textes/<slug:text>/", views.text, name="text"),
    path("textes/<slug:text>/versions/", views.versions, name="versions"),
    path("plaidoyer/", views.advocacy, name="advocacy"),
    path("plaidoyer/demandes/", network_views.points, name="points"),
    path("plaidoyer/demandes/<int:number>/", network_views.point, name="point"),
    path("territoires/<slug:code>/cadre/", views.latest, name="latest"),
    path("territoires/<slug:code>/cadre/<int:number>/", views.edition, name="edition"),
    path("territoires/<slug:code>/cadre/<int:number>/cadre.<slug:form>", views.edition_file, name="file"),
    path(_OWN, grid_views.own, name="own"),
    path(f"{_OWN}faire/", grid_views.act, name="act"),
    path(f"{_OWN}inviter/", grid_views.invite, name="invite"),
    path(f"{_OWN}constats/", grid_views.findings, name="findings"),
    path(f"{_OWN}constats/<slug:statement>/", grid_views.finding, name="finding"),
    path(f"{_OWN}noter/", judging_views.own, name="judge"),
    path(f"{_OWN}noter/<slug:area>/", judging_views.own_area, name="judge_area"),
    path(_LINK, judging_views.linked, name="link"),
    path(f"{_LINK}<slug:area>/", judging_views.linked_area, name="link_area"),
    path(_BARRIERS, barrier_views.barriers, name="barriers"),
    path(f"{_BARRIERS}nouveau/", barrier_views.new, name="new_barrier"),
    path(f"{_BARRIERS}<slug:public_id>/", barrier_views.barrier, name="barrier"),
    path(f"{_BARRIERS}<slug:public_id>/faire/", barrier_views.act, name="barrier_act"),
    path("espace/<slug:code>/textes/proposer/", network_views.propose, name="propose"),
    path("espace/<slug:code>/textes/<slug:text>/corriger/", network_views.mend, name="mend"),
]
