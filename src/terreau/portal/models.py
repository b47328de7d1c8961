"""Editorial pages: the guide and the news."""

from __future__ import annotations
