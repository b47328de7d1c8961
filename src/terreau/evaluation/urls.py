"""Addresses of the application « evaluation »."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terreau.evaluation import keeper_views, marking_views, result_views

app_name = "evaluation"

_ALL = "espace/<slug:code>/evaluations/"
_ONE = f"{_ALL}<slug:public_id>/"
_LINK = "evaluer/<str:token>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("methodes/evaluation/", result_views.method, name="method"),
    path(_ALL, keeper_views.every, name="every"),
    path(f"{_ALL}nouvelle/", keeper_views.new, name="new"),
    path(_ONE, keeper_views.own, name="own"),
    path(f"{_ONE}faire/", keeper_views.act, name="act"),
    path(f"{_ONE}criteres/", keeper_views.change, name="criteria"),
    path(f"{_ONE}inviter/", keeper_views.invite, name="invite"),
    path(f"{_ONE}ensemble/cartes/", marking_views.together_cards, name="together_cards"),
    path(f"{_ONE}ensemble/<slug:project>/", marking_views.together_sheet, name="together_sheet"),
    path(f"{_ONE}noter/", marking_views.judge, name="judge"),
    path(f"{_ONE}noter/cartes/", marking_views.judge_cards, name="judge_cards"),
    path(f"{_ONE}noter/<slug:project>/", marking_views.judge_sheet, name="judge_sheet"),
    path(f"{_ONE}resultat/", result_views.result, name="result"),
    path(f"{_ONE}resultat/<slug:key>-<slug:width>.svg", result_views.picture, name="picture"),
    path(f"{_ONE}resultat/evaluation.<slug:form>", result_views.file, name="file"),
    path(f"{_ONE}decider/", result_views.decide, name="decide"),
    path(f"{_ONE}decision/", result_views.decision, name="decision"),
    path(f"{_ONE}decision/evaluation.<slug:form>", result_views.decision_file, name="decision_file"),
    path(_LINK, marking_views.link, name="link"),
    path(f"{_LINK}cartes/", marking_views.link_cards, name="link_cards"),
    path(f"{_LINK}<slug:project>/", marking_views.link_sheet, name="link_sheet"),
    path("territoires/<slug:code>/evaluations/<slug:public_id>/", result_views.public, name="public"),
]
