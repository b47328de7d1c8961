"""What counts on a day D, said in `docs/methodes/diagnostic.md`.

An organisation that a source attested by then (its data are dated no later than D, or the platform had
them by D), that this source still named, that was founded by D and had not ceased. Family, sectors and
place are those known today.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from terreau.directory.enums import Status
from terreau.directory.models import Organisation, OrganisationQuerySet, Record
from terreau.territories.models import Territory


def end_of(day: date) -> datetime:
    """The last instant of a day, in the instance's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) - timedelta(
        microseconds=1
    )


def attested(as_of: date, prefix: str = "") -> Q:
    """Condition on records: known of by the day, by the platform or by the date of the data."""
    return (
        Q(**{f"{prefix}first_seen_at__lte": end_of(as_of)})
        | Q(**{f"{prefix}stated_on__lte": as_of})
        | Q(**{f"{prefix}source__dated_on__lte": as_of})
    )


def still_named(as_of: date, prefix: str = "") -> Q:
    """Condition on records: their source had not dropped them by the day."""
    return Q(**{f"{prefix}gone_at__isnull": True}) | Q(**{f"{prefix}gone_at__gt": end_of(as_of)})


def existing(territory: Territory, as_of: date) -> OrganisationQuerySet:
    """The organisations of a territory that a source attested by the day, whatever became of them."""
    day = as_of.isoformat()
    records = Record.objects.filter(attested(as_of), organisation=OuterRef("pk"))
    return (
        Organisation.objects.shown()
        .in_territory(territory)
        .annotate(
            founded=Coalesce(KT("shown_values__founded_on"), Value(""), output_field=TextField()),
            ended=Coalesce(KT("shown_values__ceased_on"), Value(""), output_field=TextField()),
        )
        # Dates may be a year or a month alone; as text they sort as they should, « 2019 » before « 2019-06 ».
        .filter(Exists(records), founded__lte=day, merged_into__isnull=True)
    )


def has_ended(as_of: date) -> Q:
    """Condition on organisations annotated by `existing`: they had ceased by the day."""
    dated = ~Q(ended="") & Q(ended__lte=as_of.isoformat())
    return dated | Q(ended="", status=Status.CEASED)


def counted(territory: Territory, as_of: date) -> OrganisationQuerySet:
    """The organisations in activity that the diagnosis counts."""
    named = Record.objects.filter(attested(as_of) & still_named(as_of), organisation=OuterRef("pk"))
    return existing(territory, as_of).exclude(has_ended(as_of)).filter(Exists(named))
