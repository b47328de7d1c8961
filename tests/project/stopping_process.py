"""`terreau backup` or `restore`, killed when it says something.

`python -m tests.project.stopping_process TEXT COMMAND…`
"""

from __future__ import annotations

import os
import signal
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terreau.project.settings")

if __name__ == "__main__":
    from django.conf import settings

    if name := os.environ.get("TESTS_DATABASE_NAME"):
        settings.DATABASES["default"]["NAME"] = name
    import django

    django.setup()
    from terreau.project import preparation

    def say_then_die(line: str) -> None:
        if line.startswith(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)

    preparation.say_on_console = say_then_die
    from terreau.project.cli import main

    sys.exit(main(sys.argv[2:]))
