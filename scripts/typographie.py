"""French typography of what people read: `--check` tells what is wrong, `--fix` mends it.

Looks at the sentences of templates (`translate`, `blocktranslate`) and at the string literals of
the code; docstrings and comments are in English and are left alone.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "terreau"
NO_BREAK, NARROW = "\u00a0", "\u202f"
# A letter or closing mark, one plain space, a double sign, then a space, an end or a tag.
RULES = (
    (re.compile(r"(?<=[\w)»}%’.]) (?=:(?:\s|$|[<\"{]))"), NO_BREAK),
    (re.compile(r"(?<=[\w)»}%’.]) (?=[;!?](?:\s|$|[<\"»]))"), NARROW),
    (re.compile(r"« "), f"«{NO_BREAK}"),
    (re.compile(r" »"), f"{NO_BREAK}»"),
    (re.compile(r"(?<=[\d}]) (?=%(?:[\s.,;)]|$))"), NO_BREAK),
    # The sign of degree, as everybody types it, and not the ordinal of Spanish.
    (re.compile(r"(?<=\b[nN])º"), "°"),
    (re.compile(r"(?<=\b[nN]°) (?=\S|$)"), NO_BREAK),
    (re.compile(r"(?<=\b[cdjlmnstCDJLMNST])'(?=[a-zà-ÿA-ZÀ-Ý])"), "’"),
    (re.compile(r"(?<=\b[qQ]u)'(?=[a-zà-ÿA-ZÀ-Ý])"), "’"),
)
TEMPLATE_PARTS = re.compile(
    r"{%\s*translate\s+\"[^\"]*\"|{%\s*blocktranslate.*?%}.*?{%\s*endblocktranslate\s*%}", re.S
)

TAGS = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})", re.S)
# What is no sentence of a page; its words, if any, are in what is translated.
MARKUP = re.compile(
    r"({%.*?%}|{{.*?}}|{#.*?#}|<script.*?</script>|<style.*?</style>|<(?:{.*?[%}]}|[^<>])*>)", re.S
)
NOT_A_SENTENCE = re.compile(r"SELECT |\(\?|\\[dws]")


def mend(text: str) -> str:
    """The sentence with the spaces and apostrophes that French wants."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


def _mend_between(tags: re.Pattern[str], text: str) -> str:
    """Inside tags nothing changes: what lies between them is a sentence, which goes on after a tag."""
    first, *others = tags.split(text)
    told = [mend(first)]
    for tag, after in zip(others[::2], others[1::2], strict=True):
        told += [tag, mend(f"}}{after}")[1:]]
    return "".join(told)


def mend_template(text: str) -> str:
    """A template with its sentences mended."""
    translated = TEMPLATE_PARTS.sub(lambda found: _mend_between(TAGS, found.group(0)), text)
    return _mend_between(MARKUP, translated)


def _literals(tree: ast.AST) -> list[ast.Constant]:
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


def mend_module(text: str) -> str:
    """A module with its French string literals mended, line by line."""
    lines = text.split("\n")
    for node in _literals(ast.parse(text)):
        # A sentence, not a format, a query or a pattern.
        if len(re.findall(r"[A-Za-zÀ-ÿ]{2,}", node.value)) < 2 or NOT_A_SENTENCE.search(node.value):
            continue
        if mend(node.value) == node.value:
            continue
        for number in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[number] = mend(lines[number]) if number < len(lines) else ""
    return "\n".join(lines)


def main() -> int:
    """Check or fix the whole package; status 1 when something is wrong."""
    fix = "--fix" in sys.argv
    wrong = []
    for path in sorted([*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.py")]):
        if "migrations" in path.parts:
            continue
        text = path.read_text()
        mended = mend_template(text) if path.suffix == ".html" else mend_module(text)
        if mended != text:
            wrong.append(path)
            if fix:
                path.write_text(mended)
    for path in wrong:
        done = " (mise en ordre)" if fix else ""
        sys.stderr.write(f"typographie : {path.relative_to(PACKAGE.parents[1])}{done}\n")
    return 1 if wrong and not fix else 0


if __name__ == "__main__":
    raise SystemExit(main())
