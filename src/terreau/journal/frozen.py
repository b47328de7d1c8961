"""Rows that are only ever added: what was published on a day is never written again, nor taken away."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from terreau.core.errors import TerreauError

Row = TypeVar("Row", bound=models.Model)


def _refusal() -> TerreauError:
    return TerreauError(_("Ce qui est publié ne change jamais."))


class FrozenQuerySet(models.QuerySet[Row]):
    """Reads rows, and adds to them."""

    def update(self, **kwargs: Any) -> int:
        """Refuse: what was published never changes."""
        raise _refusal()

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: what was published never goes."""
        raise _refusal()


class Frozen(models.Model):
    """A row that can only be inserted: there is no status to turn, hence nothing to write again."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to write again."""
        if not self._state.adding:
            raise _refusal()
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: what was published never goes."""
        raise _refusal()
