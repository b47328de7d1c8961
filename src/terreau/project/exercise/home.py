"""Which home an exercise is in, and that neither it nor a real instance ever holds what is the other's."""

from __future__ import annotations

import os
from typing import Final

from terreau.core.errors import TerreauError
from terreau.core.home import find_home

# In the folder of the real instance beside which one practises, when no other is named.
FOLDER: Final = "exercice"
_MARK: Final = "Instance d’exercice : rien de ce qui est ici n’est réel.\n"


def claim() -> None:
    """Choose the home of the exercise and mark it, before the settings are read.

    Raises:
        TerreauError: when the folder holds something that is no exercise.
    """
    if not os.environ.get("TERREAU_HOME"):
        os.environ["TERREAU_HOME"] = str(find_home().root / FOLDER)
    home = find_home()
    if home.exercise_mark.exists():
        return
    if home.root.is_dir() and any(home.root.iterdir()):
        raise TerreauError(
            "Ce dossier n’est pas celui d’une instance d’exercice\u00a0: rien n’y a été écrit.",
            where=str(home.root),
            remedy="Donnez à TERREAU_HOME un dossier vide, ou ne le donnez pas.",
        )
    home.root.mkdir(parents=True, exist_ok=True)
    home.exercise_mark.write_text(_MARK, encoding="utf-8")


def check_restored(*, exercise: bool) -> None:
    """Do nothing when a back-up is of the same sort as the instance that is to hold it.

    Raises:
        TerreauError: when an exercise would be put in a real instance, or the other way round.
    """
    from django.conf import settings

    if exercise == settings.EXERCISE:
        return
    if exercise:
        raise TerreauError(
            "Cette sauvegarde est celle d’une instance d’exercice\u00a0: tout y est inventé.",
            remedy="Restaurez-la dans un dossier préparé par «\u00a0terreau exercise\u00a0».",
        )
    raise TerreauError(
        "Cette sauvegarde est celle d’une instance réelle\u00a0: elle n’entre pas dans un exercice.",
        remedy="Donnez à TERREAU_HOME un dossier vide.",
    )


def check_apart() -> None:
    """Do nothing when the database holds what its home says.

    Raises:
        TerreauError: when a real instance is given the database of an exercise, or the other way round.
    """
    from django.conf import settings

    from terreau.project.exercise.country import ISO2
    from terreau.territories.models import Territory

    if settings.EXERCISE and Territory.objects.exclude(country_code=ISO2).exists():
        raise TerreauError(
            "Cette base contient de vrais territoires\u00a0: une instance d’exercice ne s’y installe pas.",
            where="DATABASE_URL" if settings.DATABASE_URL else str(settings.HOME.root),
            remedy="Donnez à l’exercice une base à lui, ou laissez-le sur SQLite.",
        )
    if not settings.EXERCISE and Territory.objects.filter(country_code=ISO2).exists():
        raise TerreauError(
            "Cette base est celle d’une instance d’exercice\u00a0: tout y est inventé.",
            where="DATABASE_URL" if settings.DATABASE_URL else str(settings.HOME.root),
            remedy="Servez-la par «\u00a0terreau exercise\u00a0», ou donnez une autre base.",
        )
