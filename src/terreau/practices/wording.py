"""The ten questions, in the words in which a town is asked them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from terreau.practices.enums import Criterion


def questions() -> dict[Criterion, str]:
    """What each mark answers, from 0 (not at all) to 4 (wholly)."""
    return {
        Criterion.RESULTS: _("La pratique a-t-elle donné des résultats que l’on peut vérifier\u00a0?"),
        Criterion.PROBLEM: _("Votre ville a-t-elle le même problème\u00a0?"),
        Criterion.LAW: _("Le droit de votre pays le permet-il\u00a0?"),
        Criterion.COMPETENCE: _("Est-ce dans les compétences de votre collectivité\u00a0?"),
        Criterion.COST: _("Le coût tient-il dans votre budget\u00a0?"),
        Criterion.SKILLS: _(
            "Avez-vous les agents et le savoir-faire, ou une ville de taille comparable\u00a0?"
        ),
        Criterion.PARTNERS: _("Les partenaires nécessaires sont-ils présents chez vous\u00a0?"),
        Criterion.CULTURE: _("La langue et les usages s’y prêtent-ils\u00a0?"),
        Criterion.MODULES: _("Peut-on en reprendre un morceau sans le reste\u00a0?"),
        Criterion.TIME: _("Le délai est-il court\u00a0?"),
    }
