"""Who may call organisations and give them a code on paper."""

from __future__ import annotations

from terreau.accounts.perms import can_edit_sheets
from terreau.directory.perms import can_govern

# The list of a territory: those who keep its sheets.
can_call = can_edit_sheets
# One sheet: whoever speaks for the territory; one who keeps a sheet does not note calls to himself.
can_note_call = can_govern
can_give_code = can_govern
