"""What Songemont's plan promises, and how it went: the words and the figures of the exercise."""

from __future__ import annotations

from typing import Final, NamedTuple

AXES: Final = (
    ("Donner des lieux aux acteurs", ("Ouvrir des locaux partagés", "Faire vivre la halle")),
    ("Acheter ici, acheter autrement", ("Ouvrir la commande publique", "Aider les ateliers à répondre")),
    ("Financer et former", ("Un crédit à portée de main", "Des bénévoles mieux armés")),
    ("Décider ensemble", ("Une commission qui se réunit",)),
)


class Planned(NamedTuple):
    """An action: its objective, its days in months from the start of the plan, where it stands now."""

    objective: str
    title: str
    words: str
    months: tuple[int, int]
    state: str
    need: str = ""
    recommendation: str = ""
    cause: str = ""
    planned: int = 0
    secured: int = 0
    paid: int = 0
    source: str = "Songemont"
    participation: str = ""
    steps: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    result: str = ""
    evidence: str = ""
    # In months from the start of the plan: when it was promised, and the end that was promised first.
    since: int = 0
    first_end: int = 0


ACTIONS: Final = (
    Planned(
        "Faire vivre la halle",
        "Tenir un marché de la laine chaque premier samedi",
        "La halle est prêtée, les ateliers tiennent la caisse à tour de rôle.",
        (0, 14),
        "done",
        need="visibility",
        recommendation="besoin-visibilite",
        planned=18_000,
        secured=18_000,
        paid=17_200,
        participation="co_construction",
        steps=("Voter le prêt de la halle", "Écrire le règlement", "Ouvrir le premier samedi"),
        partners=("Ateliers de laine de Songemont",),
        result="Vingt-deux étals la deuxième année, neuf la première ; quatre emplois dans les ateliers.",
        evidence="Registre de la halle ; enquête auprès des ateliers.",
    ),
    Planned(
        "Ouvrir des locaux partagés",
        "Ouvrir l’ancienne filature à dix ateliers",
        "Un bâtiment communal vide devient dix ateliers loués à prix publié.",
        (3, 30),
        "under_way",
        need="premises",
        recommendation="besoin-locaux",
        planned=240_000,
        secured=150_000,
        paid=62_000,
        participation="concertation",
        steps=(
            "Dresser la liste des locaux vides",
            "Mettre aux normes",
            "Publier le prix",
            "Signer les baux",
        ),
        partners=("Union des ateliers de Songemont",),
        cause="La mise aux normes a révélé une charpente à refaire : six mois de plus.",
        first_end=24,
    ),
    Planned(
        "Ouvrir des locaux partagés",
        "Équiper une cuisine commune",
        "Une cuisine aux normes, louée à l’heure aux traiteurs et aux cantines.",
        (8, 20),
        "blocked",
        need="equipment",
        recommendation="besoin-equipement",
        cause="L’extracteur commandé n’est pas arrivé : le fournisseur a fermé, un autre est cherché.",
        planned=60_000,
        secured=60_000,
        paid=9_000,
        source="Fonds d’équipement d’Imaginie",
    ),
    Planned(
        "Ouvrir la commande publique",
        "Réserver deux lots du marché des repas",
        "Les repas des écoles sont partagés en lots ; deux sont réservés.",
        (6, 18),
        "done",
        need="purchasing",
        recommendation="besoin-commande-publique",
        planned=4_000,
        secured=4_000,
        paid=3_500,
        steps=("Rencontrer les fournisseurs", "Écrire les lots", "Signer"),
        result="Deux coopératives servent 180 repas par jour ; un lot est resté sans réponse.",
        evidence="Registre des marchés.",
    ),
    Planned(
        "Ouvrir la commande publique",
        "Publier chaque trimestre ce que la ville achètera",
        "Une page dit les achats à venir, six mois d’avance.",
        (10, 22),
        "under_way",
        need="purchasing",
        cause="Le service des marchés attend la liste de trois services.",
        planned=1_500,
        secured=1_500,
    ),
    Planned(
        "Aider les ateliers à répondre",
        "Une permanence pour lire un appel d’offres",
        "Deux heures par mois, avec un agent des marchés et une coopérative qui a déjà répondu.",
        (12, 36),
        "under_way",
        need="management_advice",
        planned=6_000,
        secured=2_000,
        paid=1_000,
    ),
    Planned(
        "Un crédit à portée de main",
        "Un guichet de micro-crédit en mairie",
        "Une société mutualiste tient une permanence ; la ville garantit une part.",
        (2, 26),
        "under_way",
        need="microcredit",
        recommendation="besoin-microcredit",
        planned=45_000,
        secured=45_000,
        paid=30_000,
        source="Caisse mutuelle du mont",
        participation="consultation",
        steps=("Signer la convention", "Ouvrir la permanence", "Faire le bilan de la première année"),
    ),
    Planned(
        "Un crédit à portée de main",
        "Cofinancer cinq projets par an",
        "Un appel annuel, aux critères publiés, avec un second financeur.",
        (18, 34),
        "to_start",
        need="cofinancing",
        planned=100_000,
        secured=20_000,
        source="Région du Mont-Rêveur",
    ),
    Planned(
        "Des bénévoles mieux armés",
        "Former les trésoriers des associations",
        "Trois soirées, le soir, avec garde d’enfants.",
        (4, 16),
        "done",
        need="training",
        recommendation="besoin-formation",
        planned=5_000,
        secured=5_000,
        paid=5_000,
    ),
    Planned(
        "Des bénévoles mieux armés",
        "Un parrainage entre coopératives",
        "Une coopérative ancienne suit une jeune pendant un an.",
        (26, 40),
        "to_start",
        need="management_advice",
        planned=3_000,
    ),
    Planned(
        "Une commission qui se réunit",
        "Réunir la commission quatre fois par an",
        "Élus, services et acteurs, à parts égales ; le compte rendu est publié.",
        (1, 47),
        "under_way",
        need="dialogue",
        planned=8_000,
        secured=8_000,
        paid=3_200,
        participation="co_decision",
    ),
    Planned(
        "Une commission qui se réunit",
        "Un budget participatif d’essai",
        "Les habitants choisissent à quoi sert une part du budget.",
        (5, 12),
        "dropped",
        need="dialogue",
        cause="La commission a préféré un appel à projets, plus simple à tenir.",
        planned=10_000,
    ),
    Planned(
        "Faire vivre la halle",
        "Un transport commun vers les marchés voisins",
        "Une navette le samedi, avec Port-Fable et Brumeval.",
        (14, 30),
        "under_way",
        need="visibility",
        planned=36_000,
        secured=24_000,
        paid=8_000,
        source="Songemont et ses voisines",
        since=13,
    ),
)
