"""Who may do what with the strategy of a territory."""

from __future__ import annotations

from terreau.accounts.perms import can_edit_territory, can_read_draft

can_write = can_edit_territory
can_read = can_read_draft
