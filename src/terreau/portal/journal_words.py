"""How the journal tells the events of the applications below, which know nothing of its pages.

An application that registers its own sentence for a key replaces the one given here.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from terreau.journal.sentences import register, register_page

_SENTENCES = {
    "organisation.created": _("a ajouté la fiche"),
    "organisation.edited": _("a modifié la fiche"),
    "organisation.confirmed": _("a confirmé la fiche"),
    "organisation.hidden": _("a retiré de l’annuaire la fiche"),
    "organisation.restored": _("a remis dans l’annuaire la fiche"),
    "organisation.linked": _("a rattaché une source à la fiche"),
    "organisation.unlinked": _("a détaché une source de la fiche"),
    "organisation.merged": _("a réuni une autre fiche avec"),
    "organisation.unmerged": _("a séparé une fiche de"),
    "organisation.reverted": _("a rendu un ancien état à la fiche"),
    "organisation.distinct": _("a dit différente d’une autre la fiche"),
    "filiere.added": _("a nommé la filière"),
    "filiere.removed": _("a retiré la filière"),
    "import.received": _("a envoyé la liste"),
    "import.mapped": _("a confirmé les colonnes de la liste"),
    "import.decided": _("a tranché un doute dans la liste"),
    "import.applied": _("a fait entrer dans l’annuaire la liste"),
    "import.abandoned": _("a abandonné l’import de la liste"),
    "source.simulated": _("a dit simulées les données de la source"),
    "source.genuine": _("a dit réelles les données de la source"),
    "coverage.stated": _("a déclaré une source complète pour"),
    "coverage.withdrawn": _("a retiré une déclaration de source complète pour"),
    "diagnosis.drafted": _("a préparé un brouillon de diagnostic pour"),
    "diagnosis.introduced": _("a écrit le mot du territoire dans le diagnostic de"),
    "diagnosis.line_rated": _("a donné un avis sur une ligne du diagnostic de"),
    "diagnosis.line_added": _("a ajouté une ligne au diagnostic de"),
    "diagnosis.line_dropped": _("a retiré son avis d’une ligne du diagnostic de"),
    "diagnosis.published": _("a publié une édition du diagnostic de"),
    "diagnosis.discarded": _("a jeté le brouillon de diagnostic de"),
}


def register_words() -> None:
    """Give the journal its sentences, and the pages of what they are about."""
    for verb, sentence in _SENTENCES.items():
        register(verb, sentence)
    register_page("organisation", "directory:sheet")
    register_page("territory", "portal:territory")
