"""Work that comes back: what editors set for a day appears and disappears by itself."""

from __future__ import annotations

from django.core.management import call_command

from terreau.jobs.periodic import periodic


@periodic("portal.schedule", seconds=60)
def publish_due(_worker_id: str = "") -> None:
    """Publish the versions whose hour has come, withdraw the pages whose time is over.

    Wagtail only writes these hours down; nothing but its command reads them. Done twice it does nothing more.
    """
    call_command("publish_scheduled")
