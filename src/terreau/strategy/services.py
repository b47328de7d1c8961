"""Every write on the strategy of a territory."""

from __future__ import annotations

from terreau.strategy.filing import attach, detach
from terreau.strategy.publishing import publish
from terreau.strategy.writing import add_issue, introduce, remove_issue, save_issue

__all__ = ["add_issue", "attach", "detach", "introduce", "publish", "remove_issue", "save_issue"]
