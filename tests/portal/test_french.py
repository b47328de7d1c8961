"""Zero is singular in French, on every page."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils.translation import gettext, ngettext, npgettext

_COUNTED = (
    "{% load i18n %}"
    "{% blocktranslate count n=n %}{{ n }} essai{% plural %}{{ n }} essais{% endblocktranslate %}"
)


@pytest.mark.parametrize(
    ("count", "word"),
    [(0, "essai"), (1, "essai"), (1.5, "essai"), (2, "essais"), (-1, "essai"), (1000, "essais")],
)
def test_under_two_is_singular(count, word):
    assert ngettext("essai", "essais", count) == word
    assert npgettext("compte", "essai", "essais", count) == word


def test_pages_count_so_and_what_django_knows_is_still_told_in_french():
    assert Template(_COUNTED).render(Context({"n": 0})) == "0 essai"
    assert Template(_COUNTED).render(Context({"n": 2})) == "2 essais"
    assert gettext("January") == "janvier"
    assert gettext("Un texte d’essai") == "Un texte d’essai"
