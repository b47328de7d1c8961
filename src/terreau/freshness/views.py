"""What an organisation sees without signing in: the yearly question, the code on paper, its own sheet."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.forms import CharField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from terreau.accounts.rate_limits import limit, visitor_address
from terreau.core.errors import TerreauError
from terreau.directory import form_saving
from terreau.directory.enums import Status
from terreau.directory.fields import BY_KEY
from terreau.directory.forms import SheetForm
from terreau.directory.models import Organisation
from terreau.directory.sheet import sheet_of as shown
from terreau.freshness import asking, passes, services
from terreau.freshness.enums import Answer

# --- The yearly question --------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page that a message leads to. Reading it writes nothing: mail programs follow links too."""
    try:
        if request.method == "POST":
            return _answer(request, token)
        link = asking.link_of(token)
        asking.require_open(link)
    except TerreauError as problem:
        return _closed(request, problem)
    return _ask(request, asking.sheet_of(link.question))


def _ask(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    context = {
        "organisation": organisation,
        "sheet": shown(organisation),
        "is_hidden": organisation.status == Status.HIDDEN,
    }
    return render(request, "freshness/question.html", context)


def _answer(request: HttpRequest, token: str) -> HttpResponseBase:
    said = request.POST.get("answer", "")
    if said == Answer.EXACT:
        organisation = services.answer_exact(token=token)
        context = {"organisation": organisation, "title": _("Merci\u00a0!"), "is_confirmed": True}
        return render(request, "freshness/thanks.html", context)
    if said == Answer.STOP:
        services.answer_stop(token=token)
        context = {"organisation": None, "title": _("C’est noté"), "is_confirmed": False}
        return render(request, "freshness/thanks.html", context)
    link = asking.link_of(token)
    asking.require_open(link)
    if said != "correct":
        return _ask(request, asking.sheet_of(link.question))
    passes.open_pass(request, passes.LINK, link.question.pk, link.reader)
    return redirect("freshness:own")


def _closed(request: HttpRequest, problem: TerreauError) -> HttpResponse:
    return render(request, "freshness/closed.html", {"problem": problem}, status=410)


# --- The code on paper --------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponseBase:
    """Where the code of a letter is typed."""
    if request.method != "POST":
        return render(request, "freshness/code.html", {"problem": None, "typed": ""})
    typed = request.POST.get("code", "")[:60]
    _limit_tries(request, counting=False)
    try:
        code = services.open_with_code(text=typed)
    except TerreauError as problem:
        _limit_tries(request, counting=True)
        return render(request, "freshness/code.html", {"problem": problem, "typed": typed}, status=400)
    passes.open_pass(request, passes.PAPER, code.pk)
    return redirect("freshness:own")


def _limit_tries(request: HttpRequest, *, counting: bool) -> None:
    limit(request, "paper_code", key=visitor_address(request), counting=counting)
    limit(request, "paper_code_of_all", key="all", counting=counting)


# --- One's own sheet ----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponseBase:
    """The sheet that the visitor's link or code opens, as a form."""
    held = passes.pass_of(request)
    if held is None:
        return _shut(request)
    saving = form_saving.save(
        request.POST or None, held.organisation, lambda form, version: _save(held, form, version)
    )
    if saving.done:
        return _saved(request, held)
    context = {
        "form": saving.form,
        "organisation": saving.organisation,
        "held": held,
        "problem": saving.problem,
        "version": saving.organisation.version,
    }
    return render(request, "freshness/own.html", context, status=saving.status)


def _save(held: passes.Pass, form: SheetForm, version: int) -> None:
    """The correction, and the link used up by it: both or neither."""
    with transaction.atomic():
        if held.link is not None:
            services.use_for_correction(held.link)
        services.edit_as_actor(
            organisation=held.organisation, values=form.said(), version=version, through=held.through
        )


def _saved(request: HttpRequest, held: passes.Pass) -> HttpResponseBase:
    messages.success(request, _("Merci. La fiche est enregistrée et confirmée à la date d’aujourd’hui."))
    if held.through == passes.LINK:
        passes.close_pass(request)
    return redirect("directory:sheet", held.organisation.public_id)


@require_POST
def own_exact(request: HttpRequest) -> HttpResponseBase:
    """« Oui, tout est exact », from the sheet that a code on paper opened."""
    held = passes.pass_of(request)
    if held is None:
        return _shut(request)
    with transaction.atomic():
        if held.link is not None:
            services.use_for_correction(held.link)
        services.confirm_as_actor(organisation=held.organisation, through=held.through)
    return _saved(request, held)


@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """Close the sheet on a computer that others use."""
    passes.close_pass(request)
    messages.success(request, _("La fiche est refermée sur cet ordinateur."))
    return redirect("freshness:code")


def _shut(request: HttpRequest) -> HttpResponse:
    through, still_serves = passes.ended(request)
    context = {"problem": _why_shut(through, still_serves), "typed": _typed(request)}
    return render(request, "freshness/closed.html", context, status=403)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was written of a sheet that closed meanwhile, to be copied.

    It is not sent again as it is: what is open next in this browser may be another sheet.
    """
    return [
        (str(BY_KEY[name].label), text)
        for name, asked in SheetForm.base_fields.items()
        if isinstance(asked, CharField) and name in BY_KEY and (text := request.POST.get(name, "").strip())
    ]


def _why_shut(through: str, still_serves: bool) -> TerreauError:
    if not through:
        return TerreauError(
            _("La vôtre s’ouvre par le lien du message que vous avez reçu, ou par le code de la lettre."),
            where=_("Aucune fiche n’est ouverte ici"),
        )
    if still_serves:
        again = {
            passes.PAPER: _("Tapez de nouveau le code de la lettre\u00a0: il sert encore."),
            passes.LINK: _("Ouvrez de nouveau le lien du message\u00a0: il sert encore."),
        }
        return TerreauError(
            _(
                "Elle reste ouverte deux heures, qui sont passées. Ce que vous aviez enregistré est gardé ; "
                "ce qui ne l’était pas encore est à écrire de nouveau."
            ),
            where=_("Votre fiche s’est refermée"),
            remedy=again[through],
        )
    gone = {
        passes.PAPER: _("Le code qui l’avait ouverte a été retiré ou remplacé, ou n’est plus valable."),
        passes.LINK: _("Le lien qui l’avait ouverte a déjà servi, ou n’est plus valable."),
    }
    return TerreauError(
        gone[through],
        where=_("Votre fiche s’est refermée"),
        remedy=_("Pour la corriger, demandez un code à l’agent de votre ville, ou connectez-vous."),
    )
