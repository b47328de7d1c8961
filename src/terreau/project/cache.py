"""The cache that all processes share, where sign-ins are counted, in the database.

Django's own takes a write that the disk or the database refuses for one that came second: a count that
cannot be kept then reads as a limit reached, and who signs in is told to come back later.
"""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connections, router, transaction


class SharedCache(DatabaseCache):
    """Django's, which says what the database refused."""

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        """Keep a value.

        Raises:
            OperationalError: when there is no room, or others hold the database for too long.
        """
        using = router.db_for_write(self.cache_model_class)
        refused: list[OperationalError] = []

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            try:
                return execute(sql, params, many, context)
            except OperationalError as error:
                refused.append(error)
                raise

        # Around Django's own transaction, whose refusals it swallows: what begins and ends here is told.
        with transaction.atomic(using=using), connections[using].execute_wrapper(watch):
            kept: bool = super()._base_set(mode, key, value, timeout)  # type: ignore[misc]
        if refused:
            raise refused[0]
        return kept
