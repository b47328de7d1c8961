"""A territory's figures, as a visitor reads them."""

from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_without_a_vintage_the_page_says_so(client, small_world):
    response = client.get(reverse("statistics:territory", args=[small_world.poitiers.code]))
    assert response.status_code == 200
    assert "Aucun millésime" in response.content.decode()
