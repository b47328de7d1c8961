"""Make one file of the drawing library of the map: what the page runs, and what its worker runs.

The package ships them as two files, of which the second repeats half of the first: compressed together they
weigh a quarter less, and the browser asks for one file, which the worker then finds in its cache.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HEAD = "const apart = typeof WorkerGlobalScope !== 'undefined' && self instanceof WorkerGlobalScope;\n"
# What our page uses of the library; to be added to when it uses more.
USED = ("Map", "setWorkerUrl")
_EXPORT = re.compile(r"export\{([^}]*)\};?\s*$")
_MAP = re.compile(r"\n//# sourceMappingURL=\S*\s*$")


def bundled(page: str, worker: str) -> str:
    """The two modules as one, each in a function of its own, run where it belongs.

    Raises:
        ValueError: when one of them is not written as expected.
    """
    body, exported = _split(page)
    names = dict(reversed(pair.split(" as ")) for pair in exported.split(",") if " as " in pair)
    told = ",".join(f"{name}:{names[name]}" for name in USED)
    rest, _default = _split(worker)
    return (
        f"{HEAD}function page(){{{body}\nreturn {{{told}}};}}\nfunction work(){{{rest}\n}}\n"
        "export default apart ? work() : page();\n"
    )


def _split(module: str) -> tuple[str, str]:
    text = _MAP.sub("", module)
    found = _EXPORT.search(text)
    if found is None or re.search(r"(^|[;\n])(import|export)[ {*\"']", text[: found.start()]):
        raise ValueError("the library is no longer one module with its exports at the end")
    return text[: found.start()], found.group(1)


def main(folder: Path, target: Path) -> None:
    """Write the bundle of the package that lies in a folder."""
    made = bundled(*((folder / f"maplibre-gl{end}.mjs").read_text("utf-8") for end in ("", "-worker")))
    draft = target.with_suffix(".draft")
    draft.write_text(made, "utf-8")
    draft.replace(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
