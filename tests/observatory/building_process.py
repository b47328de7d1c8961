"""Builds in the files of a folder, each killed at one of its steps.

Each line that is read is `OUT STEP`; each line that is told is how the build ended, after how many steps it
took if it came to its end. Each is a fork, of a process that has read our modules and what France is.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from terreau.observatory.build import build
from terreau.observatory.engine import Engine
from terreau.observatory.geography import french_geography
from terreau.observatory.landing import Request
from tests.killing import die


def build_until(step: int, request: Request) -> int:
    run, count = Engine.on_this_machine, [0]

    def dying(self, sql):
        count[0] += 1
        if count[0] == step:
            die()
        return run(self, sql)

    Engine.on_this_machine = dying
    build(request)
    return count[0]


def main(folder: Path) -> None:
    for line in sys.stdin:
        out, step = line.split()
        request = Request(
            source="sirene",
            vintage="2026-11",
            out=folder / out,
            units=folder / "StockUniteLegale_utf8.csv",
            establishments=folder / "StockEtablissement_utf8.csv",
        )
        french_geography(request.on)
        child = os.fork()
        if not child:
            try:
                print(build_until(int(step), request), end=" ", flush=True)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
