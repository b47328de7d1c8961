"""Who reads what of the results before they are published, and who publishes them."""

from __future__ import annotations

from terreau.accounts.perms import can_read_draft
from terreau.freshness.perms import can_call
from terreau.survey.perms import can_read_answers, can_run

# All the figures, down to a single answer: those who read the answers themselves.
can_read_working = can_read_answers
# From five answers: whoever may read what the territory prepares.
can_read_meeting = can_read_draft
can_choose_remarks = can_read_answers
can_rate = can_run
can_publish_results = can_run
can_follow_calls = can_call
