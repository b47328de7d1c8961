"""Work that comes back: proposals whose voices were enough publish themselves."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from terreau.jobs.periodic import periodic
from terreau.stewardship.deciding import publish_itself
from terreau.stewardship.enums import State
from terreau.stewardship.models import Code, Item

# An address given and never confirmed is not kept.
FORGOTTEN_AFTER = timedelta(days=7)


@periodic("stewardship.publish", seconds=30)
def publish_due(_worker_id: str = "") -> int:
    """Publish each proposal that is due, in a transaction of its own; another worker may be at it too."""
    due = list(Item.objects.due(timezone.now()).select_related("territory")[:50])
    return sum(publish_itself(item) is not None for item in due)


@periodic("stewardship.forget", seconds=3600)
def forget_old(_worker_id: str = "") -> None:
    """Forget the codes of another day, and the address of proposals that nobody confirmed."""
    long_ago = timezone.now() - FORGOTTEN_AFTER
    Code.objects.filter(sent_at__lt=long_ago).delete()
    Item.objects.filter(state=State.UNCONFIRMED, created_at__lt=long_ago).exclude(reply_to="").update(
        reply_to=""
    )
