"""Who may do what with a diagnosis. Drafts belong to the territory's own people."""

from __future__ import annotations

from terreau.accounts.perms import can_publish_diagnosis, can_read_draft

can_prepare = can_publish_diagnosis
can_see_draft = can_read_draft
can_publish = can_publish_diagnosis
can_state_coverage = can_publish_diagnosis
