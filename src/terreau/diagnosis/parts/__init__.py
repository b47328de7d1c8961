"""The sections of the first edition. Each module builds one or several parts from the facts alone."""

from __future__ import annotations

from terreau.diagnosis.parts import (
    elsewhere,
    essentials,
    framework,
    kinds,
    needs,
    places,
    references,
    sources,
)
from terreau.diagnosis.sections import Section, register


def register_all() -> None:
    """Register the sections of this application; called once, when it is ready."""
    register(Section("essentiel", 10, "L’essentiel", essentials.build))
    register(Section("familles", 20, "Les familles", kinds.families))
    register(Section("secteurs", 30, "Les secteurs d’activité", kinds.sectors))
    register(Section("enjeux", 40, "Les enjeux territoriaux", kinds.issues))
    register(Section("filieres", 45, "Les filières", kinds.filieres))
    register(Section("lieux", 50, "Les lieux", places.build))
    register(Section("besoins", 52, needs.TITLE, needs.build))
    register(Section("cadre", 54, framework.TITLE, framework.build))
    register(Section("pratiques", 56, elsewhere.PRACTICES, elsewhere.practices))
    register(Section("semblables", 58, elsewhere.ALIKE, elsewhere.likeness))
    register(Section("references", 70, "À côté d’autres territoires", references.build))
    register(Section("sources", 80, "Ce que valent ces chiffres", sources.build))
