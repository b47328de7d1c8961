"""The words that every way of answering shares, by language: the steps of scales, what is not applicable.

They are those of the questionnaire, not of the interface: whoever answers reads them in the language they
chose.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from datetime import date
from importlib import resources
from typing import Final

from babel.dates import format_date

from terreau.survey.definition import NOT_APPLICABLE, Texts, in_language

NOT_APPLICABLE_LABEL: Final[Texts] = {
    "fr": "ne sait pas, ou sans objet",
    "en": "does not know, or not applicable",
    "ar": "لا أعرف، أو لا ينطبق",
}
# Steps of a scale in words; the first, the third and the last stand beside the pictograms.
SCALES: Final[Mapping[str, Mapping[str, Texts]]] = {
    "importance": {
        "1": {"fr": "pas important", "en": "not important", "ar": "غير مهم"},
        "2": {"fr": "peu important", "en": "of little importance", "ar": "قليل الأهمية"},
        "3": {"fr": "assez important", "en": "fairly important", "ar": "مهم نوعا ما"},
        "4": {"fr": "important", "en": "important", "ar": "مهم"},
        "5": {"fr": "très important", "en": "very important", "ar": "مهم جدا"},
    },
    "satisfaction": {
        "1": {"fr": "pas du tout satisfaisant", "en": "not at all satisfactory", "ar": "غير مُرضٍ تماما"},
        "2": {"fr": "peu satisfaisant", "en": "hardly satisfactory", "ar": "قليل الإرضاء"},
        "3": {"fr": "moyennement satisfaisant", "en": "moderately satisfactory", "ar": "مُرضٍ نوعا ما"},
        "4": {"fr": "satisfaisant", "en": "satisfactory", "ar": "مُرضٍ"},
        "5": {"fr": "très satisfaisant", "en": "very satisfactory", "ar": "مُرضٍ جدا"},
    },
}


def step_label(measure: str, step: str) -> Texts:
    """What a step of a scale says."""
    return NOT_APPLICABLE_LABEL if step == NOT_APPLICABLE else SCALES[measure][step]


# --- The pages of the site --------------------------------------------------------------------------

DIRECTIONS: Final[Mapping[str, str]] = {"ar": "rtl", "fa": "rtl", "he": "rtl", "ur": "rtl"}
# Names of languages, each in itself.
LANGUAGES: Final[Mapping[str, str]] = {"fr": "français", "en": "English", "ar": "العربية"}


@functools.lru_cache(maxsize=1)
def _page_words() -> Mapping[str, Texts]:
    text = resources.files("terreau.survey").joinpath("data/page_words.json").read_text("utf-8")
    words: Mapping[str, Texts] = json.loads(text)
    return words


def word(key: str, language: str) -> str:
    """One of the words of the pages that are answered on the site."""
    return in_language(_page_words()[key], language)


def day_in(day: date, language: str) -> str:
    """A day as a language writes it."""
    written: str = format_date(day, "long", locale=language)
    return re.sub(r"^1 ", "1er ", written) if language == "fr" else written


def page_words(language: str) -> dict[str, str]:
    """All the words of those pages."""
    return {key: in_language(texts, language) for key, texts in _page_words().items()}
