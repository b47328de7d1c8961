"""A protection killed while processors share it out: nobody is left at work, nor holds what it held."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

_PROTECTED = """
import os, time
from terreau.observatory.secrecy import cutting, flows
from terreau.observatory.secrecy.primary import Rule, few
from tests.observatory.secrecy.test_flows import country

def working(part):
    print(os.getpid(), flush=True)
    time.sleep(60)

cutting.ROOMY, flows._moves_of = 12, working
table = country(1, communes=160)
flows.mask(table, few(table, Rule()), table.values, 0.1)
"""
_PATIENCE = 20


def _ended(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_those_it_was_shared_between_end_with_it():
    with subprocess.Popen([sys.executable, "-c", _PROTECTED], stdout=subprocess.PIPE, text=True) as work:
        shared = int(work.stdout.readline())
        assert shared != work.pid
        work.kill()
        until = time.monotonic() + _PATIENCE
        while not _ended(shared) and time.monotonic() < until:
            time.sleep(0.05)
        left = not _ended(shared)
        if left:
            os.kill(shared, signal.SIGKILL)
        assert not left
