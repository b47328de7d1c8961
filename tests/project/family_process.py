"""A family of processes for the tests: `python -m tests.project.family_process KIND…`."""

from __future__ import annotations

import os
import signal
import sys

from terreau.project.processes import Child, Family, die_with


def child(kind: str, parent: int) -> None:
    if kind == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    die_with(parent)
    sys.stdout.write(f"{kind} {os.getpid()}\n")
    sys.stdout.flush()
    while kind != "short":
        signal.pause()


if __name__ == "__main__":
    if sys.argv[1] == "child":
        child(sys.argv[2], int(sys.argv[3]))
    else:
        family = [
            Child(
                kind, [sys.executable, "-m", "tests.project.family_process", "child", kind, str(os.getpid())]
            )
            for kind in sys.argv[1:]
        ]
        Family(family, patience=0.2).run()
