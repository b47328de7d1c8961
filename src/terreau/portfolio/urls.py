"""Addresses of the application « portfolio »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.portfolio import proposal_views, public_views, views

app_name = "portfolio"

_ALL = "espace/<slug:code>/projets/"
_ONE = "projets/<slug:public_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_ALL, views.every, name="every"),
    path(f"{_ALL}projets.<slug:form>", views.export, name="export"),
    path(f"{_ALL}nouveau/", views.new, name="new"),
    path(f"{_ALL}propositions/", proposal_views.proposals, name="proposals"),
    path(f"{_ALL}propositions/<slug:receipt>/", proposal_views.proposal, name="proposal"),
    path(_ONE, views.project, name="project"),
    path(f"{_ONE}modifier/", views.edit, name="edit"),
    path(f"{_ONE}etat/", views.move, name="move"),
    path(f"{_ONE}quitter/<slug:code>/", views.leave, name="leave"),
    path(f"{_ONE}documents/", views.documents, name="documents"),
    path(f"{_ONE}documents/<int:pk>/", views.document, name="document"),
    path("territoires/<slug:code>/projets/", public_views.every, name="public"),
    path("territoires/<slug:code>/projets/projets.<slug:form>", public_views.export, name="public_file"),
    path("territoires/<slug:code>/proposer-un-projet/", proposal_views.propose, name="propose"),
    path("projets-proposes/<slug:receipt>/", proposal_views.receipt, name="receipt"),
]
