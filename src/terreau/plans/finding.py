"""The plan that an address asks for."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from terreau.plans.models import Plan
from terreau.territories.models import Territory


def plan_or_none(territory: Territory, query: Any) -> Plan | None:
    """The plan that an address asks for, else the one that runs, else the last.

    Raises:
        Http404: when it asks for one that is not of this territory.
    """
    asked = str(query.get("plan", ""))
    plans = Plan.objects.of(territory)
    if asked:
        plans = plans.filter(public_id=asked)
    found = plans.first()
    if found is None and asked:
        raise Http404
    if found is not None:
        found.territory = territory
    return found
