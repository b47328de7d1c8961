"""A worker in a process of its own, on the database of the tests: `python -m tests.jobs.worker_process`."""

from __future__ import annotations

import importlib
import json
import os
import sys

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terreau.project.settings")

settings.DATABASES["default"]["NAME"] = os.environ["TESTS_DATABASE_NAME"]
django.setup()
importlib.import_module("tests.jobs.kinds")
worker_module = importlib.import_module("terreau.jobs.worker")

worker = worker_module.Worker()
worker.listen_to_signals()
sys.stdout.write(json.dumps({"worker": worker.id}) + "\n")
sys.stdout.flush()
worker.run(until_empty=True)
