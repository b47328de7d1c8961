"""The words that every way of answering shares, by language: the steps of scales, what is not applicable.

They are those of the questionnaire, not of the interface: whoever answers reads them in the language they
chose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from terreau.survey.definition import NOT_APPLICABLE, Texts

NOT_APPLICABLE_LABEL: Final[Texts] = {"fr": "ne sait pas, ou sans objet", "ar": "لا أعرف، أو لا ينطبق"}
# Steps of a scale in words; the first, the third and the last stand beside the pictograms.
SCALES: Final[Mapping[str, Mapping[str, Texts]]] = {
    "importance": {
        "1": {"fr": "pas important", "ar": "غير مهم"},
        "2": {"fr": "peu important", "ar": "قليل الأهمية"},
        "3": {"fr": "assez important", "ar": "مهم نوعا ما"},
        "4": {"fr": "important", "ar": "مهم"},
        "5": {"fr": "très important", "ar": "مهم جدا"},
    },
    "satisfaction": {
        "1": {"fr": "pas du tout satisfaisant", "ar": "غير مُرضٍ تماما"},
        "2": {"fr": "peu satisfaisant", "ar": "قليل الإرضاء"},
        "3": {"fr": "moyennement satisfaisant", "ar": "مُرضٍ نوعا ما"},
        "4": {"fr": "satisfaisant", "ar": "مُرضٍ"},
        "5": {"fr": "très satisfaisant", "ar": "مُرضٍ جدا"},
    },
}


def step_label(measure: str, step: str) -> Texts:
    """What a step of a scale says."""
    return NOT_APPLICABLE_LABEL if step == NOT_APPLICABLE else SCALES[measure][step]
