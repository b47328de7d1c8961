"""Who may do what with the levers of a territory."""

from __future__ import annotations

from terreau.accounts.perms import can_publish_diagnosis, can_read_draft

can_keep_levers = can_publish_diagnosis
can_read_levers = can_read_draft
