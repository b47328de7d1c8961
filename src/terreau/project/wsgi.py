"""Entry point for WSGI servers."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terreau.project.settings")


def _application() -> object:
    site = get_wsgi_application()
    from terreau.project.connections import CloseAfterThreads

    return CloseAfterThreads(site)


application = _application()
