"""Pages of methods read from the documentation."""

from __future__ import annotations

import pytest

from terreau.documents import manual


@pytest.fixture
def read(tmp_path, monkeypatch):
    (tmp_path / "methode.md").write_text(
        "# Titre\n\n## Les chiffres\n\nAvant :\n\n- une `clé` ;\n- deux lignes,\nd’un même point.\n\n"
        "Après & <b>.\n",
        "utf-8",
    )
    monkeypatch.setattr(manual.resources, "files", lambda _package: tmp_path)
    return manual.read_chapters("essai", "methode.md", ("Les chiffres",))


def test_a_list_is_shown_as_a_list_and_everything_is_escaped(read):
    assert read[0].paragraphs == (
        "<p>Avant\u00a0:</p>",
        "<ul><li>une <code>clé</code>\u202f;</li><li>deux lignes, d’un même point.</li></ul>",
        "<p>Après &amp; &lt;b&gt;.</p>",
    )
