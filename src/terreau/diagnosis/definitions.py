"""How each figure is made and what it does not say, in words for those who decide.

The definitions in force are copied into each edition, so that an old one keeps its own. The same keys
head the paragraphs of `docs/methodes/diagnostic.md`.
"""

from __future__ import annotations

from typing import Final

from terreau.diagnosis.content import Definition
from terreau.diagnosis.rules import MINIMUM_FOR_SHARE

_ALL: Final = (
    Definition(
        "organisations",
        "Organisations connues en activité",
        "On compte chaque organisation de l’annuaire placée dans le territoire, si une source au moins "
        "l’attestait à la date de l’édition, si cette source la mentionne toujours, si elle était déjà "
        "fondée et n’avait pas cessé son activité. Une organisation présente dans plusieurs sources ne "
        "compte qu’une fois.",
        "C’est le nombre des organisations que l’on connaît, non de celles qui existent. Pour une date "
        "passée, la famille, les secteurs et le lieu sont ceux que l’on connaissait quand l’édition a été "
        "préparée.",
    ),
    Definition(
        "non-comptees",
        "Organisations non comptées",
        "Celles dont l’activité a cessé, et celles que leur source ne mentionne plus alors qu’aucune autre "
        "ne les atteste. Elles sont dites à part.",
        "Une organisation disparue d’une liste n’a pas forcément cessé d’exister.",
    ),
    Definition(
        "familles",
        "Familles",
        "La famille vient de la forme juridique, selon les tables du pays\u00a0: coopérative, mutuelle, "
        "association, fondation, entreprise sociale, ou «\u00a0hors familles\u00a0». Les parts se rapportent "
        "aux organisations dont la famille est connue.",
        "Une forme qui n’est pas dans les tables laisse la famille inconnue.",
    ),
    Definition(
        "concentration",
        "Concentration des familles",
        "Indice de Herfindahl-Hirschman normalisé\u00a0: la somme des carrés des parts des six familles "
        "(«\u00a0hors familles\u00a0» comprise), ramenée entre 0 (toutes de même nombre) et 1 (une seule).",
        "Il porte sur le nombre d’organisations, non sur leur taille.",
    ),
    Definition(
        "secteurs",
        "Secteurs d’activité",
        "Ce que font les organisations, selon la nomenclature de l’annuaire. Les parts se rapportent aux "
        "organisations dont un secteur au moins est connu.",
        "Une organisation peut avoir plusieurs secteurs\u00a0: les nombres ne s’additionnent pas.",
    ),
    Definition(
        "enjeux",
        "Enjeux territoriaux",
        "Ce à quoi les organisations répondent sur le territoire. Les parts se rapportent aux organisations "
        "dont un enjeu au moins est connu.",
        "Une organisation peut répondre à plusieurs enjeux\u00a0: les nombres ne s’additionnent pas.",
    ),
    Definition(
        "filieres",
        "Filières",
        "Les chaînes de valeur que le territoire a nommées, et les organisations qui y prennent part.",
        "Une organisation peut être dans plusieurs filières\u00a0: les nombres ne s’additionnent pas.",
    ),
    Definition(
        "lieux",
        "Lieux",
        "Chaque organisation est comptée dans le lieu le plus précis que l’on connaît d’elle. Sur la carte, "
        "l’aire d’un cercle est proportionnelle au nombre d’organisations, écrit dedans.",
        "Le lieu est celui du siège ou de l’adresse donnée par la source, non celui de toutes les activités. "
        "Les contours peuvent être plus anciens que l’édition\u00a0: leur origine est écrite sous la carte.",
    ),
    Definition(
        "densite",
        "Densité pour 1\u202f000 habitants",
        "Le nombre d’organisations attestées par une source déclarée complète pour le territoire, divisé "
        "par la population et multiplié par 1\u202f000.",
        "Elle n’est pas calculée quand aucune source n’est déclarée complète, quand la population n’est pas "
        "connue, ou quand plus de 5\u00a0% des lignes de la source n’ont pas de lieu\u00a0: elle mesurerait "
        "alors nos listes, non le territoire.",
    ),
    Definition(
        "habitants",
        "Habitants",
        "La population la plus récente que l’on a, à la date de l’édition ou avant, avec son année et "
        "sa source.",
        "D’un pays à l’autre, les recensements n’ont ni la même année ni les mêmes règles.",
    ),
    Definition(
        "fraicheur",
        "Confirmées depuis moins de douze mois",
        "La part des organisations que l’organisation elle-même, ou l’agent du territoire, a confirmées dans "
        "les douze mois qui précèdent la date de l’édition.",
        "Une fiche non confirmée n’est pas fausse\u00a0: personne ne l’a revue depuis.",
    ),
    Definition(
        "connaissance",
        "Ce que l’on sait des organisations",
        "Pour combien d’organisations comptées chaque renseignement est connu.",
        "",
    ),
    Definition(
        "sources",
        "Sources et couverture",
        "Pour chaque source\u00a0: toutes ses lignes, la part qui a pu être placée dans une commune au "
        "moins, celles qui sont dans ce territoire, la part de celles-ci confirmée depuis moins de douze "
        "mois, et la plus ancienne date donnée. La couverture est connue seulement si une personne a déclaré "
        "la source complète pour le territoire, avec ce qui permet de le dire.",
        "Les lignes qui n’ont pas de lieu peuvent être de ce territoire sans qu’on le sache.",
    ),
    Definition(
        "references",
        "Territoires de référence",
        "Les mêmes organisations comptées de la même façon dans les territoires qui contiennent celui-ci.",
        "Chacun contient le précédent\u00a0: les nombres ne s’additionnent pas. Ils dépendent des listes "
        "apportées à l’annuaire et ne mesurent pas l’économie sociale et solidaire de ces territoires.",
    ),
    Definition(
        "publies",
        "Chiffres publiés ailleurs",
        "Chiffres repris tels que publiés, avec leur année et leur adresse.",
        "Ils n’ont ni la même date, ni le même champ (emplois, établissements employeurs…) que ceux de "
        "l’annuaire\u00a0: on ne les additionne pas et on ne les compare pas sans le dire.",
    ),
    Definition(
        "registre",
        "Chiffres du registre",
        "Ce que dit le registre du pays, au dernier millésime publié à la date de l’édition\u00a0: les "
        "établissements et les structures que les règles d’un périmètre mettent dans le champ. Les emplois "
        "sont estimés au milieu des tranches d’effectifs, entre les bornes dites.",
        "Le registre et l’annuaire ne comptent ni les mêmes choses, ni au même lieu, ni à la même date. "
        "Aucun des deux n’est une part de l’autre. Deux périmètres ne se comparent pas.",
    ),
    Definition(
        "couverture-estimee",
        "Couverture estimée d’après deux listes",
        "Deux listes citent n₁ et n₂ des organisations comptées, m leur sont communes\u00a0: il y en aurait "
        "(n₁+1)(n₂+1)/(m+1)\u202f−\u202f1 en tout (Chapman). La couverture est ce que l’annuaire connaît, "
        "divisé par cette estimation. L’intervalle est pris sur ce qui reste inconnu.",
        "Elle suppose deux listes établies séparément, qui visent les mêmes organisations, chacune ayant "
        "autant de chances d’y être. Deux listes d’un même éditeur n’en font qu’une.",
    ),
    Definition(
        "communes",
        "Ce que savent les communes",
        "Chaque commune est comptée une fois, au plus loin où elle était allée à la date de l’édition\u00a0: "
        "ouverte dans le réseau, liste ou fiches apportées (une source de la commune, ou la parole de son "
        "agent, est dans l’annuaire), diagnostic publié.",
        "Une commune qui n’a rien apporté peut être bien connue par d’autres sources.",
    ),
    Definition(
        "besoins",
        "Besoins des acteurs",
        "Chaque besoin est noté de 1 à 5 pour son importance et pour la satisfaction actuelle. L’écart est "
        "l’importance moyenne, multipliée par (5 − satisfaction moyenne), divisée par 4 : de 0 à 5. "
        "Les bornes, à 90 %, viennent de tirages répétés parmi ceux qui ont répondu.",
        "Ne sont repris que des résultats publiés, donc à partir de dix réponses.",
    ),
    Definition(
        "obstacles",
        "Obstacles nommés les plus bloquants",
        "La part de ceux qui nomment une nature d’obstacle comme la plus bloquante, parmi ceux qui "
        "ont répondu "
        "à la question.",
        "Les cases trop petites sont masquées dans les résultats de l’enquête, et manquent donc ici.",
    ),
    Definition(
        "suites",
        "Suites données aux besoins",
        "Pour chaque besoin de l’édition précédente\u00a0: les actions du plan public qui y répondent, "
        "celles qui sont terminées ou en retard, et ce qui a été payé, à la date de l’édition.",
        "Une action compte pour le seul besoin auquel la ville l’a rattachée. Ce qui est fait hors du plan "
        "public n’y est pas.",
    ),
    Definition(
        "cadre",
        "Points du cadre réglementaire",
        "Chaque point est noté de 0 à 10 par plusieurs personnes de trois collèges (élus, services, "
        "acteurs). "
        "La note est leur moyenne, sans les « sans réponse ». Le constat (force, faiblesse, absent) "
        "porte la preuve qui permet de le dire.",
        "Ces notes disent un avis partagé ici : elles ne comparent pas des villes.",
    ),
    Definition(
        "freins",
        "Freins",
        "Chaque frein du registre a une gravité et une probabilité de 1 à 5, données par le "
        "territoire, et dit "
        "qui peut le lever.",
        "Une estimation, non une mesure.",
    ),
    Definition(
        "pratiques",
        "Pratiques proposées",
        "Pour chacun des besoins les plus forts, les pratiques publiées qui y répondent : d’abord celles de "
        "lieux semblables (même pays, même région du monde, taille comparable), puis les plus reprises.",
        "Une pratique « non confirmée par la ville » est connue par une source publiée seulement.",
    ),
    Definition(
        "semblables",
        "Villes semblables",
        "La médiane et la moitié centrale d’un chiffre parmi les dix villes les plus semblables du réseau "
        "(distance de Gower), quand trois au moins acceptent de le partager, cinq pour l’étendue.",
        "Ce n’est pas un classement. Les villes hors du réseau n’y sont pas.",
    ),
    Definition(
        "swot",
        "Forces, faiblesses, opportunités, menaces",
        "Chaque ligne vient d’un besoin, d’un obstacle, d’un point du cadre, d’un frein, d’une "
        "pratique ou d’un "
        "chiffre de cette édition, et le dit. Son impact et sa certitude vont de 1 à 5, par règle ; le "
        "territoire peut les changer en disant pourquoi. Les actions croisent deux lignes qui "
        "parlent de la même "
        "chose.",
        "Les notes ordonnent une discussion : elles ne décident pas.",
    ),
    Definition(
        "recommandations",
        "Recommandations",
        "Des règles écrites d’avance, les mêmes pour tous les territoires : ce besoin, ce frein, donc ceci. "
        "Une règle s’applique quand tout ce qu’elle demande est constaté dans cette édition. Les "
        "plus pesantes "
        "(impact multiplié par certitude) viennent d’abord.",
        "Une règle ne connaît ni le budget ni l’histoire du territoire : au conseil d’en juger.",
    ),
    Definition(
        "evolution",
        "Évolution d’une édition à l’autre",
        "Les mêmes chiffres dans les éditions publiées de ce territoire et dans celle-ci, quand leur "
        "champ, leur "
        "unité et le périmètre du territoire n’ont pas changé.",
        "Une hausse peut venir de nouvelles sources, et non du territoire.",
    ),
    Definition(
        "parts",
        "Parts en pourcentage",
        f"Une part n’est donnée que sur {MINIMUM_FOR_SHARE} organisations ou plus.",
        "En dessous, une organisation de plus ou de moins changerait tout\u00a0: les nombres suffisent.",
    ),
    Definition(
        "fiabilite",
        "Fiabilité, en mots",
        "Cinq critères notés de 1 à 5\u00a0: qui parle (registre, organisation, agent, liste), couverture "
        "connue ou non pour tout ce qui est compté, âge des données, part placée, part dont la famille est "
        "connue. Leur somme donne un degré, de «\u00a0très bonne\u00a0» à «\u00a0très faible\u00a0».",
        "Une couverture inconnue interdit mieux que «\u00a0moyenne\u00a0». Ce n’est pas une marge d’erreur.",
    ),
)
DEFINITIONS: Final = {one.key: one for one in _ALL}
ALWAYS: Final = ("parts", "fiabilite")
