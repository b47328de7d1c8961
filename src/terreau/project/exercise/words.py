"""The words that invented organisations are named and told with, by sector of activity."""

from __future__ import annotations

from typing import Final, NamedTuple


class Trade(NamedTuple):
    """What organisations of a sector are called, do and offer, and what they answer to."""

    sector: str
    # Division of the invented classification of activities.
    activity: str
    names: tuple[str, ...]
    does: str
    offers: tuple[str, ...]
    issues: tuple[str, ...]


TRADES: Final = (
    Trade(
        "agriculture",
        "01",
        ("Jardins", "Vergers", "Bergerie", "Pépinière"),
        "Cultive des légumes sur des terres partagées et forme de nouveaux maraîchers.",
        ("légumes de saison", "plants", "ateliers de jardinage"),
        ("developpement-rural", "environnement"),
    ),
    Trade(
        "alimentation",
        "10",
        ("Épicerie", "Fournil", "Cantine", "Brasserie"),
        "Transforme et vend des produits locaux, au prix que ses membres fixent ensemble.",
        ("pain", "paniers", "repas du midi"),
        ("developpement-economique", "emploi"),
    ),
    Trade(
        "artisanat-industrie",
        "16",
        ("Atelier", "Manufacture", "Fabrique", "Filature"),
        "Fabrique des objets de bois, de laine et de terre avec des artisans associés.",
        ("meubles", "tissus", "poteries"),
        ("emploi", "formation"),
    ),
    Trade(
        "batiment",
        "41",
        ("Chantier", "Compagnons", "Bâtisseurs"),
        "Rénove des maisons avec des matériaux d’ici et forme aux métiers du bâtiment.",
        ("isolation", "charpente", "diagnostic d’un logement"),
        ("ecoconstruction", "formation"),
    ),
    Trade(
        "logement",
        "55",
        ("Maison", "Foyer", "Toits"),
        "Loge des familles et des jeunes travailleurs, et les accompagne.",
        ("chambres", "accompagnement"),
        ("hebergement", "jeunesse"),
    ),
    Trade(
        "energie",
        "35",
        ("Moulin", "Centrale", "Éoliennes"),
        "Produit une énergie qui appartient à ses usagers.",
        ("électricité", "conseil pour économiser l’énergie"),
        ("environnement", "developpement"),
    ),
    Trade(
        "eau-dechets",
        "38",
        ("Recyclerie", "Ressourcerie", "Fontaines"),
        "Collecte, répare et revend ce que d’autres jettent.",
        ("meubles d’occasion", "collecte à domicile"),
        ("environnement", "emploi"),
    ),
    Trade(
        "mobilite",
        "49",
        ("Vélos", "Diligence", "Chariots"),
        "Transporte ceux qui n’ont pas de voiture, et répare leurs vélos.",
        ("transport à la demande", "réparation de vélos"),
        ("developpement-urbain", "environnement"),
    ),
    Trade(
        "numerique",
        "62",
        ("Réseau", "Salon numérique", "Ordinateurs"),
        "Aide chacun à se servir des outils numériques et héberge des services communs.",
        ("accompagnement", "hébergement de sites", "ordinateurs reconditionnés"),
        ("technologies-information", "education"),
    ),
    Trade(
        "culture",
        "90",
        ("Théâtre", "Fanfare", "Bibliothèque", "Cinéma"),
        "Fait vivre un lieu de spectacles et de lectures ouvert à tous.",
        ("spectacles", "ateliers", "prêt de livres"),
        ("culture", "jeunesse"),
    ),
    Trade(
        "finance",
        "64",
        ("Caisse", "Tirelire", "Épargne"),
        "Collecte l’épargne de ses membres et la prête aux projets de la ville.",
        ("épargne", "petits prêts"),
        ("developpement-economique",),
    ),
    Trade(
        "emploi-insertion",
        "78",
        ("Tremplin", "Passerelle", "Coup de main"),
        "Embauche et forme des personnes éloignées de l’emploi.",
        ("entretien d’espaces verts", "petits travaux", "ménage"),
        ("emploi", "formation"),
    ),
    Trade(
        "education",
        "85",
        ("École", "Université populaire", "Classe"),
        "Enseigne à tout âge, le soir et en fin de semaine.",
        ("cours du soir", "alphabétisation"),
        ("education", "formation"),
    ),
    Trade(
        "sante",
        "86",
        ("Dispensaire", "Centre de santé", "Mutuelle"),
        "Soigne et prévient, à un prix que chacun peut payer.",
        ("consultations", "prévention"),
        ("sante", "seniors"),
    ),
    Trade(
        "action-sociale",
        "88",
        ("Entraide", "Aide à domicile", "Voisins"),
        "Aide à domicile les personnes âgées et celles qui sont malades.",
        ("aide à domicile", "portage de repas"),
        ("seniors", "sante"),
    ),
    Trade(
        "enfance",
        "89",
        ("Crèche", "Ludothèque", "Centre de loisirs"),
        "Accueille les jeunes enfants avec la participation des parents.",
        ("accueil du jour", "jeux prêtés"),
        ("jeunesse", "education"),
    ),
    Trade(
        "sport-loisirs",
        "93",
        ("Club", "Régates", "Randonneurs"),
        "Fait pratiquer un sport ou une marche à tous les âges.",
        ("entraînements", "sorties"),
        ("jeunesse", "sante"),
    ),
    Trade(
        "vie-associative",
        "94",
        ("Comité", "Carrefour", "Amicale"),
        "Réunit les habitants d’un quartier et porte leurs projets devant la commune.",
        ("salle commune", "fêtes de quartier"),
        ("developpement-urbain", "culture"),
    ),
)
# « Les Jardins du Griffon bleu »: a being of tales, and what it is like.
BEINGS: Final = (
    *("du Griffon", "de la Licorne", "du Dragon", "de la Sirène", "du Lutin", "de la Fée", "du Phénix"),
    *("du Farfadet", "de la Chimère", "du Géant", "du Sphinx", "de la Gargouille", "du Troll", "de l’Ondine"),
)
QUALITIES: Final = (
    *("d’argent", "de la lune", "du soir", "d’en haut", "du pont", "des marais", "de minuit", "du port"),
    *("au grand cœur", "des quatre vents", "de la colline", "du vieux puits", "des brumes", "du matin"),
)
STREETS: Final = (
    *(
        "rue des Trois-Vœux",
        "place de la Pierre-Lune",
        "quai des Bouteilles-à-la-mer",
        "impasse du Sortilège",
    ),
    *(
        "avenue des Nuages",
        "chemin du Chat-Botté",
        "rue de l’Encrier",
        "passage de l’Alambic",
        "rue du Rouet",
    ),
)
