"""The people in every position towards a territory, as the rights know them."""

from tests.accounts.conftest import people, tree  # noqa: F401  (fixtures)
