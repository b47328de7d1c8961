"""The command `terreau` without the reference data, which takes time and which these tests do not need."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terreau.project.settings")

import django

if __name__ == "__main__":
    django.setup()
    from terreau.core.registry import reference_data

    reference_data.entries.clear()
    from terreau.project.cli import main

    sys.exit(main(sys.argv[1:]))
