"""Pages shown when something could not be done."""

from __future__ import annotations

import errno
import logging
import sys
from typing import Any

from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import Error as DatabaseTrouble
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)
_NO_ROOM = ("disk is full", "No space left")
# SQLite's word when others have been writing for longer than one waits.
_HELD = "is locked"
_SECONDS_TO_WAIT = 60


def explain(
    request: HttpRequest, *, status: int, title: str, message: str, where: str = "", remedy: str = ""
) -> HttpResponse:
    """A page that says what is wrong, where, and what to do."""
    context = {"title": title, "message": message, "where": where, "remedy": remedy}
    return render(request, "portal/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent cannot be read: too much of it, malformed, or under a name that is not ours."""
    if isinstance(exception, DisallowedHost):
        return _wrong_name()
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return explain(
            request,
            status=400,
            title=_("Cet envoi est trop grand"),
            message=_("Ce formulaire contient plus de texte ou plus de champs que le site n’en lit."),
            remedy=_("Revenez à la page précédente, raccourcissez votre saisie, puis envoyez de nouveau."),
        )
    return explain(
        request,
        status=400,
        title=_("Cette demande n’a pas été comprise"),
        message=_("Le navigateur a envoyé quelque chose que le site ne sait pas lire."),
        remedy=_("Revenez à l’accueil, puis recommencez."),
    )


def _wrong_name() -> HttpResponse:
    """A page without links: made of the name that was asked, they would lead nowhere of ours."""
    title = _("Ce site ne répond pas sous ce nom")
    remedy = _(
        "Si vous tenez cette plateforme, ajoutez ce nom au réglage TERREAU_HOSTS "
        "(docs/exploitation.md), puis relancez-la."
    )
    return _bare(400, title, remedy)


def _bare(status: int, title: str, *lines: str) -> HttpResponse:
    """A page that stands by itself: no link, no style, nothing asked of the database."""
    head = format_html(
        '<!doctype html><html lang="fr"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{0}</title><h1>{0}</h1>',
        title,
    )
    body = format_html_join("", "<p>{}</p>", ((line,) for line in lines))
    return HttpResponse(head + body, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing at this address."""
    return explain(
        request,
        status=404,
        title=_("Page introuvable"),
        message=_("Rien ne se trouve à cette adresse."),
        remedy=_("Vérifiez l’adresse, ou cherchez dans l’annuaire et parmi les territoires."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The person lacks the right."""
    return explain(
        request,
        status=403,
        title=_("Accès refusé"),
        message=str(exception or "") or _("Ce droit n’est pas le vôtre."),
    )


def csrf_failure(request: HttpRequest, reason: str = "", **_more: Any) -> HttpResponse:
    """A form came back without its token: an old page, or cookies refused."""
    if _from_here(request):
        return send_again(
            request,
            title=_("Le formulaire n’a pas pu être vérifié"),
            message=_("Vous vous êtes connecté ou déconnecté depuis que cette page est ouverte."),
        )
    return explain(
        request,
        status=403,
        title=_("Le formulaire n’a pas pu être vérifié"),
        message=_(
            "La page était ouverte depuis trop longtemps, ou votre navigateur refuse les témoins (cookies)."
        ),
        remedy=_("Acceptez les témoins de ce site, rechargez la page, puis envoyez de nouveau."),
    )


def signed_out(request: HttpRequest) -> HttpResponse:
    """A form was sent after the session had ended: what was typed is not lost on the way to sign in."""
    return send_again(
        request,
        title=_("Votre session est terminée"),
        message=_("Rien n’est enregistré\u00a0: il faut d’abord vous connecter de nouveau."),
        entering=True,
    )


def no_room(request: HttpRequest) -> HttpResponse:
    """The disk of the instance is full: nothing was written, and what was typed is kept on the page."""
    title = _("Le disque de ce site est plein")
    message = _(
        "Rien n’est enregistré. Prévenez la personne qui tient ce site\u00a0: elle doit y faire de la place."
    )
    if request.method == "POST":
        return send_again(request, title=title, message=message, status=507)
    return explain(request, status=507, title=title, message=message)


def busy(request: HttpRequest) -> HttpResponse:
    """Others write in the database for longer than one waits: nothing was written, what was typed is kept."""
    title = _("Le site enregistre autre chose")
    message = _(
        "Un long travail, un import par exemple, écrit en ce moment. Rien de ce que vous demandiez n’est "
        "enregistré\u00a0: attendez une minute, puis recommencez."
    )
    if request.method == "POST":
        response = send_again(request, title=title, message=message, status=503)
    else:
        response = explain(request, status=503, title=title, message=message)
    response["Retry-After"] = str(_SECONDS_TO_WAIT)
    return response


def of_machine(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    """The page for what the disk or the database refuses for now; None for anything else."""
    if _is_disk_full(exception):
        logger.error("the disk is full", exc_info=exception)
        return no_room(request)
    if isinstance(exception, OperationalError) and _HELD in str(exception):
        logger.error("the database is held by another process", exc_info=exception)
        return busy(request)
    return None


def _is_disk_full(exception: BaseException | None) -> bool:
    """Whether there was no room to write, as the system, SQLite or PostgreSQL says it."""
    if isinstance(exception, OSError):
        return exception.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(exception, OperationalError) and any(one in str(exception) for one in _NO_ROOM)


def send_again(
    request: HttpRequest, *, title: str, message: str, entering: bool = False, status: int = 403
) -> HttpResponse:
    """What was typed, ready to be sent again from this very page; files are to be chosen again."""
    context = {
        "title": title,
        "message": message,
        "entering": entering,
        "action": request.get_full_path(),
        "typed": [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken"
            for value in values
        ],
        "has_files": bool(request.FILES),
    }
    response = render(request, "portal/send_again.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _from_here(request: HttpRequest) -> bool:
    """Whether the browser itself says that the form was sent from a page of this site."""
    here = f"{request.scheme}://{request.get_host()}"
    return request.method == "POST" and request.headers.get("Origin") == here


def failure(request: HttpRequest) -> HttpResponse:
    """Something broke on our side; the page does without the database where that is what broke."""
    title = _("Une erreur est survenue de notre côté")
    message = _("Rien de ce qui était enregistré n’est perdu.")
    remedy = _(
        "Réessayez dans un instant ; si cela se répète, prévenez la personne qui tient cette plateforme."
    )
    try:
        # The session is written once the page is made, where no refusal is turned into a page of its own.
        told = of_machine(request, sys.exc_info()[1])
        return told or explain(request, status=500, title=title, message=message, remedy=remedy)
    except DatabaseTrouble:
        # The whole page says who is signed in, which only the database knows.
        return _bare(500, title, message, remedy)
