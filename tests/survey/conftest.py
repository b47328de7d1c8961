"""An open survey of a real town, and the agent who runs it."""

from __future__ import annotations

import pytest

from tests.survey.field_world import agent_of, open_new


@pytest.fixture
def agent(small_world):
    return agent_of(small_world.poitiers)


@pytest.fixture
def survey(small_world, agent):
    return open_new(small_world.poitiers, agent)
