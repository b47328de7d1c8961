"""Who may run a survey, and who may read what was answered."""

from __future__ import annotations

from terreau.accounts.perms import can_edit_territory, is_agent_of, is_signed_in

# Prepare it, open it, close it.
can_run = can_edit_territory
# One answer, and who gave it: the agent who talks with the actors, and nobody above.
can_read_answers = is_signed_in & is_agent_of
