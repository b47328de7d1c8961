"""Every write of the action plan."""

from __future__ import annotations

from terreau.plans.acting import add_action, remove_action, save_action
from terreau.plans.calendar_file import renew_calendar
from terreau.plans.carrying import (
    answer,
    answer_by_link,
    answer_share,
    ask_co_leader,
    ask_share,
    remove_co_leader,
    remove_share,
)
from terreau.plans.editions import freeze
from terreau.plans.filing import add_evidence, add_file, remove_evidence, show_evidence
from terreau.plans.finishing import begin_practice, tell_result
from terreau.plans.governance import (
    add_review,
    confirm_action,
    miss_review,
    plan_reviews,
    postpone_review,
    remove_review,
    save_governance,
    tell_review,
)
from terreau.plans.importing import drop_file, import_file, receive_file, set_columns, set_titles
from terreau.plans.measuring import add_indicator, add_value, remove_indicator, save_indicator
from terreau.plans.planning import (
    add_axis,
    add_objective,
    close_plan,
    open_plan,
    remove_heading,
    save_heading,
    save_plan,
    show_plan,
)
from terreau.plans.spending import add_entry

__all__ = [
    "add_action",
    "add_axis",
    "add_entry",
    "add_evidence",
    "add_file",
    "add_indicator",
    "add_objective",
    "add_review",
    "add_value",
    "answer",
    "answer_by_link",
    "answer_share",
    "ask_co_leader",
    "ask_share",
    "begin_practice",
    "close_plan",
    "confirm_action",
    "drop_file",
    "freeze",
    "import_file",
    "miss_review",
    "open_plan",
    "plan_reviews",
    "postpone_review",
    "receive_file",
    "remove_action",
    "remove_co_leader",
    "remove_evidence",
    "remove_heading",
    "remove_indicator",
    "remove_review",
    "remove_share",
    "renew_calendar",
    "save_action",
    "save_governance",
    "save_heading",
    "save_indicator",
    "save_plan",
    "set_columns",
    "set_titles",
    "show_evidence",
    "show_plan",
    "tell_result",
    "tell_review",
]
