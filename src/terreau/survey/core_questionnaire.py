"""What every territory asks (methods C.1): six blocks, in French and in Arabic, read from `data/`."""

from __future__ import annotations

import functools
import json
from importlib import resources

from terreau.survey.definition import Questionnaire, from_data


@functools.lru_cache(maxsize=1)
def core() -> Questionnaire:
    """The questionnaire that all territories share, without what each adds."""
    text = resources.files("terreau.survey").joinpath("data/questionnaire.json").read_text("utf-8")
    return from_data(json.loads(text))
