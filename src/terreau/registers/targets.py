"""What a column of a list can be: the targets of a mapping, with the names under which they are met.

Pure data. Names are compared after `column_key`: without accents or case, words apart. They come from the
files met: both spellings of the SCDL grants schema, the SIRENE stock files and extracts, the RNA,
OpenStreetMap and TransforMap keys, GoGoCarto exports, spreadsheets of town halls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from terreau.core.text import fold


@dataclass(frozen=True)
class Target:
    """One thing a column can hold.

    Attributes:
        key: its name in a mapping file.
        label: its name on screen.
        group: heading under which the screen lists it.
        names: column names met for it, as `column_key` gives them, separated by « | ».
        single: whether one column at most may hold it; the others are joined, or the first filled wins.
        coded: nomenclature into which the values are translated, empty when they are kept as they are.
        weak: names that only hint at it, to be confirmed by a person or by the values.
    """

    key: str
    label: str
    group: str
    names: str = ""
    single: bool = True
    coded: str = ""
    weak: str = ""


WHO, WHERE, WHAT, LIFE, PROOF = "Qui", "Où", "Quoi", "Vie de l’organisation", "Identifiants et dates"

TARGETS: tuple[Target, ...] = (
    Target(
        "name",
        "Nom",
        WHO,
        "nom|name|denomination|raison sociale|nom beneficiaire|nom du beneficiaire|attrib nom|titre|title|"
        "nom de l organisation|nom organisation|nom de la structure|nom structure|nom de l association|"
        "nom association|association|structure|organisation|organization|nom du lieu|nom complet|"
        "denomination unite legale|libelle association|intitule|beneficiaire|nom usuel|label|nom officiel|"
        "nom de l organisme|organisme|nom de l entreprise|entreprise|cooperative|nom de la cooperative|"
        "nom du groupement|groupement|raison sociale etablissement|nom raison sociale",
    ),
    Target(
        "short_name",
        "Sigle",
        WHO,
        "sigle|short name|alternate name|acronyme|acronym|titre court|sigle unite legale|nom court|"
        "abreviation",
    ),
    Target(
        "legal_form",
        "Forme juridique",
        WHO,
        "forme juridique|categorie juridique|categorie juridique unite legale|statut juridique|legal form|"
        "forme|statut|nature juridique|legal status|type juridique|cj|forme legale",
        coded="legal_form",
    ),
    Target("family", "Famille de l’ESS", WHO, "famille|family|famille ess|famille de l ess", coded="family"),
    Target("nature", "Nature (personne morale, groupement)", WHO, "nature entite", coded="nature"),
    Target(
        "umbrellas",
        "Structures faîtières",
        WHO,
        "federation|union|reseau|reseaux|tete de reseau|faitiere|"
        "structure faitiere|structures faitieres|umbrellas|affiliation|member of name",
        single=False,
    ),
    Target(
        "description",
        "Activité, en quelques phrases",
        WHAT,
        "description|activite|activites|objet social|presentation|descriptif|resume|mission|missions|"
        "description fr|activity|about|abstract|description de l activite|short description|detail activite|"
        "objet de l association",
        single=False,
        weak="objet",
    ),
    Target(
        "categories",
        "Catégories (secteurs et enjeux ensemble)",
        WHAT,
        "categorie|categories|category|type|type of initiative|poi type|types|thematique|thematiques|theme|"
        "themes|tags|domaine|domaines|taxonomie|type de structure|objet social1",
        single=False,
        coded="categories",
    ),
    Target(
        "sectors",
        "Secteurs d’activité",
        WHAT,
        "secteur|secteurs|secteur d activite|secteurs d activite|sector|sectors|domaine d activite|"
        "domaines d activite|branche|filiere d activite",
        single=False,
        coded="sectors",
    ),
    Target(
        "issues",
        "Enjeux territoriaux",
        WHAT,
        "enjeu|enjeux|enjeux territoriaux|enjeu territorial|issues|issue|problematiques|besoins couverts",
        single=False,
        coded="issues",
    ),
    Target("filieres", "Filières", WHAT, "filiere|filieres|chaine de valeur", single=False, coded="filieres"),
    Target(
        "activity_code",
        "Code d’activité (NAF, APE)",
        WHAT,
        "naf|ape|code naf|code ape|activite principale|activite principale unite legale|"
        "activite principale etablissement|activity code|code activite|naf rev2|ape naf|apet",
    ),
    Target(
        "offers",
        "Propose",
        WHAT,
        "propose|offre|offres|offers|services|produits|prestations|produits et services|services proposes",
        single=False,
    ),
    Target("seeks", "Recherche", WHAT, "recherche|besoins|seeks|cherche|attentes|demandes", single=False),
    Target(
        "action",
        "Action en cours",
        WHAT,
        "actions|action|sub obj|objet de la subvention|actions what|"
        "projet|projets|objet subvention|intitule du projet|actions en cours|objet de l aide",
        single=False,
        weak="objet",
    ),
    Target(
        "action_for",
        "Pour qui est l’action",
        WHAT,
        "actions for whom|public|publics|beneficiaires|public vise|publics vises|pour qui",
        single=False,
    ),
    Target(
        "action_since",
        "Depuis quand dure l’action",
        WHAT,
        "date convention|acte date|actions since|"
        "date de la convention|date de la convention de subvention|date decision|date de la decision|"
        "date subvention|date de deliberation",
        weak="annee|exercice",
    ),
    Target(
        "action_funder",
        "Qui soutient l’action",
        WHAT,
        "nom attribuant|coll nom|nom de l attribuant|nom de l attributaire|attribuant|financeur|collectivite",
    ),
    Target(
        "country",
        "Pays",
        WHERE,
        "pays|country|addr country|country code|code pays|libelle pays|pays etablissement|iso|state|etat|"
        "address country|adrg pays|libelle pays etranger etablissement",
    ),
    Target(
        "commune_code",
        "Code de la commune (INSEE)",
        WHERE,
        "code insee|code commune|insee|codeinsee|"
        "commune code|insee com|code insee commune|adrs codeinsee|code commune etablissement|depcom|"
        "citycode|com insee|codgeo|code officiel commune|insee commune|code com",
    ),
    Target(
        "postal_code",
        "Code postal",
        WHERE,
        "code postal|cp|postal code|zip|zipcode|zip code|postcode|"
        "addr postcode|codepostal|adrs codepostal|code postal etablissement|plz|npa|cap",
    ),
    Target(
        "locality",
        "Ville, commune",
        WHERE,
        "ville|commune|city|town|addr city|localite|locality|adrs libcommune|nom commune|libelle commune|"
        "libelle commune etablissement|nom de la commune|municipality|municipalite|place|village|"
        "ville commune|commune nom|address locality|addresslocality",
    ),
    Target(
        "territory",
        "Territoire (code public Terreau)",
        WHERE,
        "territoire|territory|code territoire|territory code",
    ),
    Target(
        "department",
        "Département",
        WHERE,
        "departement|department|dep|code departement|num dep|numero departement|code dep|dept|dpt",
    ),
    Target(
        "address",
        "Adresse (rue)",
        WHERE,
        "adresse|address|rue|street|addr street|voie|adresse 1|adresse1|adresse postale|adresse complete|"
        "libelle voie etablissement|adrs libvoie|street address|streetaddress|addr full|siege|siege social|"
        "adresse du siege|adresse siege|complement adresse|complement adresse etablissement|adrs complement",
        single=False,
    ),
    Target(
        "house_number",
        "Numéro dans la rue",
        WHERE,
        "addr housenumber|housenumber|numero voie|"
        "numero voie etablissement|adrs numvoie|numero de rue|numero rue|house number|street number",
    ),
    Target("street_kind", "Type de voie", WHERE, "type voie|type voie etablissement|adrs typevoie"),
    Target(
        "district",
        "Quartier",
        WHERE,
        "quartier|district|addr suburb|suburb|secteur geographique|"
        "arrondissement|addr district|neighbourhood|lieu dit",
    ),
    Target("landmark", "Repère", WHERE, "repere|landmark|reperes|indication|pres de"),
    Target(
        "longitude",
        "Longitude",
        WHERE,
        "longitude|lon|lng|long|x|geometry longitude|geo longitude|"
        "geolocation longitude|coord x|x wgs84|geo lon|geo lng|coordonnee lambert abscisse|lambert x|"
        "x lambert|x lambert 93|x lambert93|lambert 93 x|lambert93 x|x l93|l93 x|x 2154",
    ),
    Target(
        "latitude",
        "Latitude",
        WHERE,
        "latitude|lat|y|geometry latitude|geo latitude|geolocation latitude|coord y|y wgs84|geo lat|"
        "coordonnee lambert ordonnee|lambert y|y lambert|y lambert 93|y lambert93|lambert 93 y|lambert93 y|"
        "y l93|l93 y|y 2154",
    ),
    Target(
        "precision",
        "Précision de la position (point, commune…)",
        WHERE,
        "precision|precision de la position|precision position|precision du point|result type",
    ),
    Target(
        "coordinates",
        "Coordonnées (latitude, longitude)",
        WHERE,
        "coordonnees|coordinates|geo point 2d|"
        "geopoint|gps|coordonnees gps|latlng|lat lon|lat lng|geolocalisation|geo|point gps|position gps|"
        "coordonnees geographiques",
    ),
    Target(
        "website",
        "Site",
        PROOF,
        "site|site web|site internet|website|contact website|url|web|siteweb|"
        "homepage|adresse internet|lien|page web|adresse web",
        single=False,
    ),
    Target(
        "members",
        "Nombre de membres",
        LIFE,
        "membres|nombre de membres|members|adherents|"
        "nombre d adherents|nb membres|nb adherents|societaires|nombre adherents|effectif adherents",
    ),
    Target(
        "jobs",
        "Nombre d’emplois",
        LIFE,
        "emplois|nombre d emplois|jobs|salaries|nombre de salaries|"
        "nb salaries|effectif salarie|effectifs|effectif|etp|nb emplois|employees",
    ),
    Target(
        "jobs_band",
        "Tranche d’effectifs (codes de l’INSEE)",
        LIFE,
        "tranche effectifs|tranche effectif|"
        "tranche d effectifs|tranche effectifs unite legale|tranche effectifs etablissement|"
        "trancheeffectifs|tranche effectif salarie",
    ),
    Target(
        "founded_on",
        "Créée le",
        LIFE,
        "date creation|date de creation|creation|annee creation|"
        "annee de creation|founded on|date creation unite legale|date creation etablissement|date creat|"
        "fondee en|foundation|founding date|founded|start date|cree le|creee le|date immatriculation",
    ),
    Target(
        "ceased_on",
        "Activité cessée le",
        LIFE,
        "date cessation|date de cessation|date fermeture|"
        "ceased on|dissolution date|date disso|date dissolution|date de dissolution|end date|date fin",
    ),
    Target(
        "active",
        "En activité (oui ou non)",
        LIFE,
        "est active|active|actif|en activite|etat|"
        "etat administratif|etat administratif unite legale|etat administratif etablissement|position|"
        "est actif|is active",
    ),
    Target(
        "ess_flag",
        "Signe ESS de Sirene",
        PROOF,
        "flag ess sirene|ess|est ess|"
        "economie sociale solidaire unite legale|economie sociale solidaire|flag ess",
    ),
    Target(
        "qualities",
        "Listes et agréments de l’ESS",
        PROOF,
        "agrement|agrements|qualites|labels|agrement ess|qualities|sources listes",
        single=False,
        coded="qualities",
        weak="sources",
    ),
    Target(
        "identifier",
        "Identifiant national (SIREN, SIRET, RNA, NEQ…)",
        PROOF,
        "siren|siret|rna|waldec|"
        "siret siege|attrib siret|id beneficiaire|rna beneficiaire|numero siret|numero siren|numero rna|"
        "n siret|n rna|n siren|neq|numero d entreprise|identifiant association unite legale|bce|kbo|ice|"
        "identification du beneficiaire|rc|ninea|ifu|niu|rccm|nif|identifiant national|code siret|"
        "code siren|identifier value|id association|numero waldec|rna id|siret beneficiaire|"
        "siret etablissement",
        single=False,
    ),
    Target(
        "diffusion",
        "Statut de diffusion (Sirene)",
        PROOF,
        "statut diffusion unite legale|statut diffusion etablissement|statut diffusion|diffusible",
    ),
    Target(
        "source_ref",
        "Identifiant dans la liste",
        PROOF,
        "uri|id source|identifiant|source id|cle|key|"
        "id|reference|ref|uuid|feature id|code structure|identifiant unique|id structure|numero|"
        "identifiant dans la liste",
        weak="code|num|n",
    ),
    Target(
        "stated_on",
        "Ligne mise à jour le",
        PROOF,
        "date maj|date de mise a jour|maj|updated at|"
        "timestamp|modified|last modified|date modification|date de modification|maj time|updated|"
        "date derniere modification|confirmed on",
    ),
)
BY_KEY: dict[str, Target] = {target.key: target for target in TARGETS}
CODED = tuple(target.key for target in TARGETS if target.coded)
# Any of these says where an organisation is.
PLACING = ("territory", "commune_code", "postal_code", "locality", "longitude", "coordinates", "country")

# Columns that speak of somebody else, or that nobody needs: never proposed, whatever they hold.
OTHERS = frozenset(
    [
        "id attribuant",
        "coll siret",
        "coll type",
        "identification de l attributaire siret",
        "annee",
        "montant",
        "sub montant",
        "nature",
        "conditions versement",
        "dates periode versement",
        "dates periode versement",
        "id rae",
        "notification ue",
        "pourcentage subvention",
        "reference decision",
        "acte ref",
        "logo",
        "facebook",
        "twitter",
        "instagram",
        "opening hours",
        "nature de la subvention",
        "montant total de la subvention",
        "conditions de versement",
        "numero unique de referencement au rae",
        "courriel",
        "email",
        "e mail",
        "mail",
        "telephone",
        "tel",
        "phone",
        "contact email",
        "contact phone",
        "dispositif aide",
        "reference de la decision",
        "exercice",
        "notification a la commission europeenne",
        "aide d etat notifie a la commission europeenne",
        "motif",
        "date s ou periode s de versement",
        "avancement",
        "image",
        "photo",
        "prenom",
        "civilite",
        "dir civilite",
        "adrg declarant",
        # What schema.org tells of a sheet, not of the organisation.
        "subject of url",
        "subject of date modified",
        "subject of is based on",
        "disambiguating description",
        "identifier property id",
    ]
)

# The number of the grouping of communes is a sound SIREN, and no organisation's of the list.
_GROUPING = re.compile(r"\b(?:epci|intercommunalite)\b")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])")
_TAIL = re.compile(r" (?:unite legale|etablissement)$")
# A place in the words of schema.org: « location.address.postalCode », « location.geo.latitude ».
_HEAD = re.compile(r"^location (?:address|geo) ")


@lru_cache(maxsize=4096)
def column_key(name: str) -> str:
    """A column's name as it is compared: « nomBeneficiaire », « Nom_Bénéficiaire » → `nom beneficiaire`."""
    return " ".join(fold(_CAMEL.sub(" ", name.replace("_", " "))).split())


@lru_cache(maxsize=1)
def known_names() -> dict[str, tuple[str, float]]:
    """Column name → target and how sure the name alone makes it (0.95, or 0.5 for names that only hint)."""
    found: dict[str, tuple[str, float]] = {}
    for target in TARGETS:
        for name in target.names.split("|"):
            found.setdefault(name, (target.key, 0.95))
        found.setdefault(target.key.replace("_", " "), (target.key, 0.95))
    for target in TARGETS:
        for name in target.weak.split("|"):
            if name:
                found.setdefault(name, (target.key, 0.5))
    return found


def by_name(column: str) -> tuple[str, float]:
    """The target that a column's name alone suggests, and how sure it makes it; ("", 0) when none."""
    key = column_key(column)
    if key in OTHERS or column.endswith("@type") or _GROUPING.search(key):
        return "", 0.95
    known = known_names()
    for attempt in (key, _TAIL.sub("", key), _HEAD.sub("", key)):
        if attempt in known:
            return known[attempt]
    return "", 0.0
