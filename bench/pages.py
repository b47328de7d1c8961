"""The directory's list under load: two workers, `wrk` asking as fast as it is answered.

Serves the home named by `TERREAU_HOME`. « Sans cache » asks as someone signed in would, by sending a
session cookie, so that each page is made anew; « avec cache » asks as a visitor.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

from bench.report import Line

PORT = 8765
LIST = f"http://127.0.0.1:{PORT}/annuaire/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=int, default=8)


def _rate(seconds: int, *headers: str) -> float:
    command = ["wrk", "-t", "1", "-c", "8", "-d", f"{seconds}s"]
    for header in ("Accept-Encoding: br", *headers):
        command += ["-H", header]
    told = subprocess.run([*command, LIST], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told:
        raise SystemExit(f"des réponses ne sont pas des pages :\n{told}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])


def _wait() -> None:
    for _attempt in range(240):
        try:
            urllib.request.urlopen(LIST, timeout=5).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise SystemExit("le serveur n’a pas répondu")


def run(options: argparse.Namespace) -> list[Line]:
    if not shutil.which("wrk"):
        raise SystemExit("wrk manque : apt-get install wrk")
    command = [sys.executable, "-m", "terreau.project.cli", "serve", "--port", str(PORT), "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait()
            made = _rate(options.seconds, "Cookie: sessionid=bench")
            _rate(2)
            kept = _rate(options.seconds)
        finally:
            server.terminate()
    return [
        Line("liste de l’annuaire, sans cache", made, 400, "requêtes/s", "seuil"),
        Line("liste de l’annuaire, avec cache", kept, made, "requêtes/s", "sans cache"),
    ]
