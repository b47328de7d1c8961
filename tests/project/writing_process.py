"""Someone who writes without end: two events at a time, of which none may be seen without the other."""

from __future__ import annotations

import itertools
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terreau.project.settings")

if __name__ == "__main__":
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["TESTS_DATABASE_NAME"]
    import django

    django.setup()
    from django.db import transaction

    from terreau.journal.models import Event

    for number in itertools.count():
        with transaction.atomic():
            Event.objects.create(verb="test.left", subject=f"pair:{number}")
            Event.objects.create(verb="test.right", subject=f"pair:{number}")
        sys.stdout.write(".\n")
        sys.stdout.flush()
