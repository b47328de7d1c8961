"""The words that people type for others to read, and how the fields that hold them are called."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db.models import Model
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError
from terreau.journal.rules import is_way_to_reach

LONGEST_WORDS: Final = 4000


def clean_words(text: Any, label: Any = "", *, longest: int = LONGEST_WORDS, needed: str = "") -> str:
    """What a person wrote for others to read, paragraphs kept.

    Args:
        text: as typed.
        label: of the field, for the refusal.
        longest: how many signs it may have.
        needed: what is said when there is nothing; where it is empty, nothing is allowed.

    Raises:
        TerreauError: when it is needed and missing, too long, or gives away how to reach somebody.
    """
    words = "\n".join(line.rstrip() for line in str(text or "").strip().splitlines())
    if needed and not words:
        raise TerreauError(needed, where=str(label))
    if len(words) > longest:
        raise TerreauError(
            _("Ce texte est trop long\u00a0: %(count)d signes, pour %(limit)d au plus.")
            % {"count": len(words), "limit": longest},
            where=str(label),
            remedy=_("Raccourcissez-le."),
        )
    if is_way_to_reach(words):
        raise TerreauError(
            _("Ce texte contient une adresse électronique ou un numéro de téléphone, et d’autres le liront."),
            where=str(label),
            remedy=_("Retirez-les."),
        )
    return words


def field_label(model: type[Model], name: str) -> str:
    """What a field of a model is called."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def in_words(model: type[Model], name: str, value: Any) -> str:
    """The value of a field as it is compared with another: a dash when there is none."""
    if value in (None, ""):
        return "—"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    labels = dict(getattr(model._meta.get_field(name), "flatchoices", ()))
    return str(labels.get(value, value))
