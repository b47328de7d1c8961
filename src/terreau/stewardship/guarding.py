"""Forms open to anybody, protected from robots without any third party and without script.

A field that people do not see, a signed moment before which nobody types so fast and after which the form is
old, a question in words, and a number drawn with the form so that it is received once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.core.text import fold

SALT = "terreau.stewardship.guard"
LEAST_SECONDS = 3
MOST_SECONDS = 24 * 3600
TRAP = "adresse_du_site"
_WORDS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


@dataclass(frozen=True)
class Guard:
    """What a fresh form carries: a signed token and a question."""

    token: str
    question: str


def fresh() -> Guard:
    """A guard for a form about to be shown; nothing is written."""
    first, second = 1 + secrets.randbelow(5), 1 + secrets.randbelow(5)
    once = secrets.token_hex(12)
    token = signing.dumps({"once": once, "answer": _hidden(once, str(first + second))}, salt=SALT)
    question = _("Combien font %(first)s et %(second)s ? (en chiffres ou en lettres)")
    return Guard(token, question % {"first": _WORDS[first], "second": _WORDS[second]})


def checked(data: Any) -> str:
    """The number drawn with the form, when a person seems to have filled it.

    Raises:
        TerreauError: saying what to do; what was typed is the caller's to keep.
    """
    again = _("Votre texte est gardé : répondez à la nouvelle question, puis envoyez de nouveau.")
    try:
        held = signing.loads(str(data.get("token", "")), salt=SALT, max_age=MOST_SECONDS)
    except signing.BadSignature:
        raise TerreauError(_("Cette page est restée ouverte trop longtemps."), remedy=again) from None
    if data.get(TRAP):
        raise TerreauError(_("Un champ qui doit rester vide a été rempli."), remedy=again)
    if LEAST_SECONDS and _is_younger(str(data.get("token", ""))):
        raise TerreauError(_("C’est allé trop vite pour être lu."), remedy=again)
    typed = fold(str(data.get("reponse", ""))).strip()
    number = str([fold(word) for word in _WORDS].index(typed)) if typed in map(fold, _WORDS) else typed
    if not constant_time_compare(held["answer"], _hidden(held["once"], number)):
        raise TerreauError(_("La réponse à la question n’est pas la bonne."), remedy=again)
    return str(held["once"])


def _is_younger(token: str) -> bool:
    """Whether the form was shown less than the least time ago."""
    try:
        signing.loads(token, salt=SALT, max_age=LEAST_SECONDS)
    except signing.SignatureExpired:
        return False
    return True


def _hidden(once: str, answer: str) -> str:
    return salted_hmac(SALT, f"{once} {answer}", algorithm="sha256").hexdigest()
