"""Names of organisations cut into words that weigh by their rarity.

« Association », « SCOP », « e.V. » or « de la » tell nothing; « solidaire » little; « wouol » nearly all. How
rare a word is comes from the names of the directory itself (`NameIndex`), because « poitevin » is common in
Poitiers only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import log
from urllib.parse import urlsplit

from terreau.core.text import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that no name owes its identity to: articles and links of the languages met, and legal forms.
STOP_WORDS = _words(
    """
    a al an and at au aux avec az by c ce ces chez d da dal das de degli dei del della delle den der des
    di die do dos du e ed een ein eine el en et for fur gli het i il im in is j l la las le les lo los m
    mit n na nel o of og om on ou par para per por pour qu s sa ses son sous sul sur t the to um un una
    und une van vom von vor y za zu zum zur
    """
)
LEGAL_WORDS = _words(
    """
    1901 aisbl aps asbl asociacion ass asso assoc associacao association associations associazione bv
    bvba cae cic cio cuma cvba ei eirl ek esat esf eurl ev gemeinnutzig gemeinnutzige ggmbh gie gmbh gug
    inc ipss kft kg koinsep koispe limited llc llp loi ltd ltda ngo nonprofit npo ong onlus oy plc sarl
    sas sasu sca scarl sciarl scic scop scrl sl slu snc soc societa societe spa sprl srl sro ste uab
    verein vereins vzw zrt
    """
)
# Generic words of the field: they count, but little, even where no index says that they are common.
COMMON_WORDS = _words(
    """
    action actions aide amicale amis art arts atelier ateliers autour bar bio boutique cafe center
    centre centro cercle club co collectif collective comite commerce communautaire communaute community
    compagnie coop cooperation cooperativa cooperative cooperatives coworking cycle danse departement
    departementale developpement ecole economie education emploi enfants ensemble entraide environnement
    epicerie equipe espace etudiants factory familiale familles federation femmes ferme festival
    fondation football formation foundation foyer francais francaise france garden gemeinschaft group
    groupe groupement handicap informatique initiative initiatives insertion institut international
    jardin jardins jeunes jeunesse lieu ligue local locale loisirs maison marche market mission
    mouvement musique mutuelle nationale network nord numerique office ouest parents pays projet projets
    public radio recherche recyclerie regie region reseau ressourcerie ressources restaurant sante
    section service services shop social sociale sociales socio solidaire solidaires solidarite sport
    sportive sports sud supermarche tennis terre theatre tiers transition travail union vert ville vivre
    web
    """
)
# Sites where many unlike organisations have a page: sharing one says nothing.
PLATFORMS = _words(
    """
    airtable.com bandcamp.com bit.ly blogger.com blogspot.com canalblog.com canva.com discord.gg
    e-monsite.com eklablog.com etsy.com eventbrite.com eventbrite.fr facebook.com fb.com fb.me
    foodsharing.at foodsharing.de forumactif.com framasite.org free.fr gemeinschaftsgaerten.at
    github.com github.io gitlab.com gofundme.com goo.gl google.com google.fr gumroad.com helloasso.com
    instagram.com jimdo.com jimdofree.com jimdosite.com kiubi.com leetchi.com lesite.org linkedin.com
    linktr.ee mailchi.mp medium.com meetup.com monepi.fr myshopify.com netlify.app notion.site npage.de
    orange.fr over-blog.com over-blog.org overblog.com padlet.com patreon.com pepsup.com pinterest.com
    sfr.fr shopify.com sites.google.com skyrock.com skyrock.net soundcloud.com spip.net
    squarespace-cdn.com squarespace.com strikingly.com t.me tiktok.com tripod.com tumblr.com twitch.tv
    twitter.com typepad.com ulule.com vimeo.com wanadoo.fr webador.fr webnode.com webnode.fr webs.com
    weebly.com whatsapp.com wikipedia.org wix.com wixsite.com wordpress.com wordpress.org x.com
    yahoo.com yola.com youtu.be youtube.com
    """
)
# Public suffixes of two labels met in practice; the full list would weigh more than what it decides.
_TWO_LABELS = _words(
    "co.uk org.uk ac.uk gov.uk me.uk ltd.uk asso.fr gouv.fr or.at co.at com.au org.au com.br org.br co.nz "
    "co.za org.za com.mt org.mt com.cy org.cy com.pt com.es org.es com.pl org.pl com.ro com.tr co.il com.mx "
    "com.tn org.tn co.ma org.ma gov.ma gouv.sn gouv.qc.ca qc.ca com.gr edu.gr"
)
_SHARED_FROM = 3
_ENOUGH_NAMES = 50
_BRACKETS = re.compile(r"\(([^()]{2,40})\)")
_SIGLE_AT_END = re.compile(r"\s[-–—:/]\s*([\w.&/' ]{2,20})\s*$")
_TAGS = re.compile(r"<[^<>]{0,80}>|\\")
_MARKS_IN_WORDS = re.compile(r"(?<=\w)(?:[·•*]|\.(?=(?:e|es|s|ne|ice|trice)\b))|['’](?=s\b)")


@dataclass(frozen=True)
class NameIndex:
    """How many names of a set hold each word, and how many of its organisations share each site.

    Attributes:
        total: names counted.
        words: names that hold the word; words held by one name only may be left out.
        sites: organisations with unlike names that give the same domain.
    """

    total: int = 0
    words: Mapping[str, int] = field(default_factory=dict)
    sites: Mapping[str, int] = field(default_factory=dict)

    @staticmethod
    def build(names: Iterable[tuple[str, str]]) -> NameIndex:
        """Count over (name, web site) pairs; memory grows with the words, not with the names."""
        words: Counter[str] = Counter()
        sites: dict[str, set[str]] = {}
        total = 0
        for name, website in names:
            total += 1
            tokens = tokenise(name)
            words.update(set(tokens))
            domain = domain_of(website)
            if domain and tokens:
                seen = sites.setdefault(domain, set())
                if len(seen) < _SHARED_FROM:
                    seen.add(tokens[0])
        return NameIndex(
            total,
            {word: count for word, count in words.items() if count > 1},
            {domain: len(seen) for domain, seen in sites.items() if len(seen) > 1},
        )

    def weight(self, word: str) -> float:
        """From 0.08 (in nearly every name) to 1 (in one name only, or never seen)."""
        held = max(1, self.words.get(word, 1))
        weight = 1.0 if self.total < _ENOUGH_NAMES else 1.0 - log(held) / log(self.total)
        if word in COMMON_WORDS:
            weight = min(weight, 0.45)
        if len(word) <= 2 and not word.isdigit():
            weight = min(weight, 0.4)
        return max(0.08, weight)

    def is_shared(self, domain: str) -> bool:
        """Whether the domain tells nothing: a platform, or a site given by several unlike organisations."""
        return domain in PLATFORMS or self.sites.get(domain, 0) >= _SHARED_FROM


@lru_cache(maxsize=65_536)
def tokenise(name: str) -> tuple[str, ...]:
    """The telling words of a name, in order, without repeats; all its words when none is telling."""
    if "<" in name or "\\" in name:
        name = _TAGS.sub(" ", name)
    words = _join_letters(fold(_MARKS_IN_WORDS.sub("", name)).split())
    telling = [word for word in words if word not in STOP_WORDS and word not in LEGAL_WORDS]
    return tuple(dict.fromkeys(telling or words))


def _join_letters(words: list[str]) -> list[str]:
    """« e v » → « ev », « t a c » → « tac »: initials written with points are one word."""
    joined: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1 and not word.isdigit():
            run.append(word)
            continue
        if len(run) > 1:
            joined.append("".join(run))
        elif run:
            joined.extend(run)
        run = []
        if word:
            joined.append(word)
    return joined


def split_sigle(name: str) -> tuple[str, str]:
    """The name and the sigle it carries at its end or in brackets, when its letters start its words.

    « SOCIETE MYCOLOGIQUE DU POITOU - SMP » → (« SOCIETE MYCOLOGIQUE DU POITOU », « smp »).
    """
    for match in (*_BRACKETS.finditer(name), *_SIGLE_AT_END.finditer(name)):
        sigle = "".join(fold(match[1]).split())
        rest = f"{name[: match.start()]} {name[match.end() :]}".strip()
        letters = sigle.rstrip("0123456789")
        if rest and 2 <= len(letters) <= 8 and is_sigle_of(letters, rest):
            return rest, sigle
    return name, ""


def is_sigle_of(sigle: str, name: str) -> bool:
    """Whether the letters of `sigle` are taken, in order, from the words of `name`."""
    words = [word for word in fold(name).split() if word]
    initials = "".join(word[0] for word in words)
    strong = "".join(word[0] for word in words if word not in STOP_WORDS)
    return len(sigle) >= 2 and (_is_subsequence(sigle, initials) or sigle == strong)


def _is_subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


@lru_cache(maxsize=65_536)
def domain_of(website: str) -> str:
    """The registered domain of a web address, without www; empty when it is not one."""
    text = website.strip().lower()
    if "." not in text or " " in text or "@" in text:
        return ""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    labels = host.rstrip(".").split(".")
    if len(labels) < 2 or not all(labels) or labels[-1].isdigit():
        return ""
    kept = 3 if ".".join(labels[-2:]) in _TWO_LABELS else 2
    return ".".join(labels[-kept:])


@lru_cache(maxsize=65_536)
def site_of(website: str) -> str:
    """The address without scheme, « www », query or final slash: one page, however written."""
    bare = website.strip().lower().split("://", 1)[-1].split("?", 1)[0].split("#", 1)[0]
    return bare.removeprefix("www.").rstrip("/") if "." in bare and " " not in bare else ""
