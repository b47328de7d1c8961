"""`make bench`, or `python -m bench [MEASURE…] [--rows N]`; the measures are named below.

Each line says what was measured, our figure, the comparison measured in the same run, and the ratio.
Everything happens in a home of its own, filled with simulated organisations and thrown away after.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile

MEASURES = ("imports", "search", "pages", "decision")
# Asked for by name only: they are long.
NAMED = {
    "large": "ten_million",
    "observatory": "observatory",
    "spark": "spark",
    "dataframes": "dataframes",
    "secrecy": "secrecy",
    "statistics": "statistics",
    "telephones": "telephones",
    "survey": "survey_results",
    "report": "diagnosis_report",
    "plan": "plans",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("measures", nargs="*", choices=[*MEASURES, *NAMED, []], default=[])
    parser.add_argument("--home", help="une instance déjà remplie, au lieu d’une neuve")
    modules = {
        name: importlib.import_module(f"bench.{NAMED.get(name, name)}") for name in (*MEASURES, *NAMED)
    }
    for module in modules.values():
        module.add_arguments(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="terreau-bench-") as folder:
        os.environ["TERREAU_HOME"] = options.home or folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "terreau.project.settings"
        import django

        django.setup()
        from terreau.project.preparation import prepare_home

        prepare_home()
        for name in options.measures or MEASURES:
            for line in modules[name].run(options):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
