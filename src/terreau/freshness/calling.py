"""The call list of a territory: whom to call, what each call gave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import squeeze
from terreau.directory.enums import Status
from terreau.directory.freshness import AGED_AFTER_MONTHS, months_before
from terreau.directory.models import Organisation
from terreau.directory.services import confirm_organisation, edit_organisation
from terreau.freshness.enums import Outcome
from terreau.freshness.models import Call
from terreau.freshness.perms import can_note_call
from terreau.freshness.reaching import unreachable_by_mail, with_telephone
from terreau.journal.rules import is_way_to_reach
from terreau.journal.services import record
from terreau.territories.models import Territory

# Nobody is called again before this, whatever the call gave.
LEFT_ALONE = timedelta(days=30)


def with_last_call(sheets: QuerySet[Organisation]) -> Any:
    """Each sheet with the outcome, the day, the rank and the version of its last call."""
    last = Call.objects.filter(organisation=OuterRef("pk")).order_by("-rank")
    fields = {
        f"call_{name}": Subquery(last.values(name)[:1])
        for name in ("outcome", "at", "rank", "version", "note")
    }
    return sheets.annotate(**fields)


def to_call(territory: Territory, today: date) -> QuerySet[Organisation]:
    """The sheets to call: none confirmed within the year, none that can be written to, none called lately.

    Those that have left the map come first, then the aged ones, then those never confirmed; at equal
    age, those whose telephone is known.
    """
    sheets = Organisation.objects.in_territory(territory).filter(
        status=Status.ACTIVE, merged_into__isnull=True
    )
    old = Q(confirmed_on__isnull=True) | Q(confirmed_on__lte=months_before(today, AGED_AFTER_MONTHS))
    lately = Call.objects.filter(at__gt=timezone.now() - LEFT_ALONE).values("organisation")
    found = unreachable_by_mail(sheets.filter(old)).exclude(pk__in=lately)
    called = found.annotate(has_telephone=Exists(with_telephone(OuterRef("pk"))))
    return called.order_by(F("confirmed_on").asc(nulls_last=True), "-has_telephone", "name_folded", "pk")


def to_correct(territory: Territory) -> QuerySet[Organisation]:
    """The sheets that a call found wrong and that nobody changed since."""
    wrong = Call.objects.filter(outcome=Outcome.TO_CORRECT, version=F("organisation__version"))
    sheets = Organisation.objects.in_territory(territory).exclude(status=Status.HIDDEN)
    found = sheets.filter(merged_into__isnull=True, pk__in=wrong.values("organisation"))
    told: QuerySet[Organisation] = with_last_call(found).order_by("call_at", "pk")
    return told


def count_to_correct(territories: Iterable[Territory]) -> QuerySet[Any]:
    """How many sheets wait for a correction after a call, by territory and what lies under it."""
    wrong = Call.objects.filter(outcome=Outcome.TO_CORRECT, version=F("organisation__version"))
    above = "organisation__territory__ancestor_links__ancestor"
    shown = wrong.filter(**{f"{above}__in": list(territories)}).exclude(organisation__status=Status.HIDDEN)
    return shown.order_by().values_list(above).annotate(count=Count("organisation", distinct=True))


@transaction.atomic
def note_call(*, person: Any, organisation: Organisation, outcome: str, rank: int, note: str = "") -> Call:
    """Note what a call gave, and do what follows: confirm the sheet, or say that the activity has ceased.

    Args:
        person: an agent where the organisation is.
        organisation: whom was called.
        outcome: one of `Outcome`.
        rank: the number of this call among those to the organisation, as the page showed it.
        note: what to remember; never a person's name, address or telephone number.

    Raises:
        NotAllowed: when the person speaks for no territory that holds the organisation.
        TerreauError: when this call was already noted, or the note holds a way to reach someone.
    """
    can_note_call.require(person, organisation)
    if outcome not in Outcome.values:
        raise TerreauError(_("Choisissez ce que l’appel a donné."), where=organisation.name)
    note = squeeze(note)[:300]
    if is_way_to_reach(note):
        raise TerreauError(
            _("La remarque contient une adresse électronique ou un numéro de téléphone."),
            where=organisation.name,
            remedy=_("Retirez-les\u00a0: une remarque ne garde pas ce qui permet de joindre une personne."),
        )
    call = _write(person, organisation, outcome, rank, note)
    _follow(person, organisation, outcome)
    organisation.refresh_from_db()
    call.version = organisation.version
    call.save(update_fields=["version"])
    record(
        verb="organisation.called",
        subject=f"organisation:{organisation.public_id}",
        actor=person,
        territory_code=organisation.territory.code if organisation.territory else "",
        outcome=str(outcome),
    )
    return call


def _write(person: Any, organisation: Organisation, outcome: str, rank: int, note: str) -> Call:
    """The call itself; a rank that is taken means that it was noted already, here or by a colleague."""
    noted = TerreauError(
        _("Cet appel est déjà noté, par vous ou par un collègue."),
        where=organisation.name,
        remedy=_("Rechargez la liste\u00a0: elle montre le dernier résultat."),
    )
    # The highest, not how many: calls that came with another sheet, joined then parted again, left gaps.
    last = Call.objects.filter(organisation=organisation).aggregate(last=Max("rank"))["last"] or 0
    if rank != last + 1:
        raise noted
    try:
        with transaction.atomic():
            return Call.objects.create(
                organisation=organisation,
                rank=rank,
                person=person,
                outcome=outcome,
                note=note,
                version=organisation.version,
            )
    except IntegrityError:
        raise noted from None


def _follow(person: Any, organisation: Organisation, outcome: str) -> None:
    if outcome == Outcome.CONFIRMED:
        confirm_organisation(person=person, organisation=organisation)
    elif outcome == Outcome.CLOSED:
        version = Organisation.objects.values_list("version", flat=True).get(pk=organisation.pk)
        edit_organisation(person=person, organisation=organisation, values={"active": "no"}, version=version)
