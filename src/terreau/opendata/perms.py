"""Who may decide of what leaves the platform."""

from __future__ import annotations

from terreau.accounts.perms import can_edit_territory

can_choose_sites = can_edit_territory
