"""From the words people type to clauses of the index: exact, corrected, half typed, or fewer of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Occur
from tantivy import Query as Clause

from terreau.core import identifiers
from terreau.core.text import fold
from terreau.directory.words import singular, telling, words

MOST_WORDS = 12
_NAME_BOOST = 3.0
_WHOLE_BOOST = 10.0
# Less than any word found whole.
_BEGUN_SCORE = 0.001
_PREFIX_FROM = 2
_TEXT_PREFIX_FROM = 3
_CORRECTED_FROM, _TWICE_FROM = 4, 8
_MOST_ALTERNATIVES = 4
_MOST_WORDS_KEPT = 300_000
_FEW_WORDS = 30
_kept_beginnings: dict[tuple[Any, str], dict[str, int]] = {}


@dataclass(frozen=True)
class Within:
    """Where a word is: clauses for the sheets that hold it anywhere, and for those whose name bears it."""

    sheet: Clause
    name: Clause


@dataclass(frozen=True)
class Ranked:
    """Clauses for all that answers, for those that come first, and to rank those that come after."""

    every: Clause
    first: Clause
    others: Clause


@dataclass(frozen=True)
class Asked:
    """One word: as typed, in its indexed form, those searched for it, and its clauses.

    `used` gives the likeliest first; it is empty when the word is sought by likeness.
    """

    typed: str
    word: str
    used: tuple[str, ...]
    within: Within


@dataclass(frozen=True)
class Match:
    """How the words were understood. Without words, `ranked` is None: everything answers.

    `shown` are the words searched, as the results spell them; `corrected` says that one differs from what
    was typed, `fewer` that not all were asked for.
    """

    ranked: Ranked | None = None
    asked: tuple[Asked, ...] = ()
    shown: tuple[str, ...] = ()
    corrected: bool = False
    fewer: bool = False
    by_number: bool = False

    def relaxations(self) -> Iterator[Match]:
        """The same words, with fewer and fewer of them required."""
        for required in range(len(self.asked) - 1, 0, -1):
            yield replace(self, fewer=True, ranked=_ranked(self.asked, required))

    def shown_as(self, hits: list[dict[str, Any]]) -> Match:
        """The same, its words spelt as the first results spell them, accents included."""
        if not self.corrected:
            return self
        spellings: dict[str, str] = {}
        for hit in hits[:10]:
            text = " ".join(str(hit.get(key, "")) for key in "nald")
            for token in text.replace("’", " ").replace("'", " ").split():
                bare = token.strip(".,;:!?()«»\"'\u00a0\u202f")
                spellings.setdefault(singular(fold(bare)), bare)
        return replace(self, shown=tuple(_spelt(one, spellings) for one in self.asked))


def _ranked(asked: Sequence[Asked], required: int | None = None) -> Ranked:
    """What these words ask for, all of them required or some: names that bear them first.

    To rank one long list of sheets takes a third of the time of ranking what two lists hold together:
    hence two questions, and no name in what a single word ranks after them.
    """
    every = _together([one.within.sheet for one in asked], required)
    first = _together([one.within.name for one in asked], required)
    if len(asked) == 1:
        return Ranked(every, first, every)
    named = [(Occur.Should, Clause.boost_query(one.within.name, _NAME_BOOST)) for one in asked]
    return Ranked(every, first, Clause.boolean_query([(Occur.Must, every), *named]))


def _together(clauses: Sequence[Clause], required: int | None = None) -> Clause:
    if len(clauses) == 1:
        return clauses[0]
    if required is None:
        return Clause.boolean_query([(Occur.Must, one) for one in clauses])
    some = [(Occur.Should, one) for one in clauses]
    return Clause.boolean_query(some, minimum_number_should_match=required)


def either(clauses: Sequence[Clause]) -> Clause:
    """Any of these, which is at least one."""
    if len(clauses) == 1:
        return clauses[0]
    return Clause.boolean_query([(Occur.Should, one) for one in clauses])


def _spelt(one: Asked, spellings: dict[str, str]) -> str:
    """One word as the results spell it; when it was sought by likeness, the nearest word they hold."""
    for used in one.used:
        if used in spellings:
            return spellings[used]
    if one.used:
        return one.used[0]
    near = process.extractOne(one.word, spellings.keys(), scorer=OSA.distance, score_cutoff=_slips(one.word))
    return spellings[near[0]] if near else one.typed


def _may_be_a_slip(word: str) -> bool:
    """Whether a word unknown to the index is to be taken for another: a year or a number is not."""
    return len(word) >= _CORRECTED_FROM and not any(map(str.isdigit, word))


def _undoubled(word: str) -> str:
    return "".join(letter for letter, _run in groupby(word))


def _slips(word: str) -> int:
    return 2 if len(word) >= _TWICE_FROM else 1


@dataclass
class Words:
    """Reads words against one opened index."""

    schema: Any
    searcher: Any
    mark: Any = None
    _known: dict[str, int] = field(default_factory=dict)

    def match(self, text: str, *, exact: bool = False) -> Match:
        """The clause of a text.

        A national identifier is looked up as such. Otherwise all the words are required; the last may be
        half typed, and any other that is no word but begins some. A word that the index does not hold is
        taken for the nearest that it does, within one slip from four letters on, two from eight on, unless
        `exact`.
        """
        by_number = self._by_number(text)
        if by_number is not None:
            return Match(Ranked(by_number, by_number, by_number), by_number=True)
        typed = telling(words(text))[:MOST_WORDS]
        if not typed:
            return Match()
        spelt = _spellings(text)
        half = not text[-1:].isspace()
        asked = []
        for place, word in enumerate(typed):
            one = self._word(word, exact=exact, half=half and place == len(typed) - 1)
            asked.append(replace(one, typed=spelt.get(word, word)))
        ranked = _ranked(asked)
        whole = " ".join(words(text))
        if self.searcher.doc_freq("whole", whole):
            # A sheet of which they are the whole name comes before all.
            same = Clause.boost_query(Clause.term_query(self.schema, "whole", whole), _WHOLE_BOOST)
            first = Clause.boolean_query([(Occur.Must, ranked.first), (Occur.Should, same)])
            ranked = replace(ranked, first=first)
        return Match(
            ranked,
            asked=tuple(asked),
            shown=tuple(one.typed for one in asked),
            corrected=any(one.used != (one.word,) for one in asked),
        )

    def begun(self, match: Match) -> Match | None:
        """The same words, each taken as half typed, even if it is a word; None when there is but one."""
        if len(match.asked) < 2:
            return None
        asked = [
            replace(one, within=self._within(one.word, half=len(one.word) >= _TEXT_PREFIX_FROM))
            if one.used == (one.word,)
            else one
            for one in match.asked
        ]
        return replace(match, asked=tuple(asked), ranked=_ranked(asked))

    def _by_number(self, text: str) -> Clause | None:
        if sum(char.isdigit() for char in text) < 6:
            return None
        found = {one.value for one in identifiers.recognise(text)}
        found |= {value[:9] for value in found if len(value) == 14}
        found |= {"".join(text.split()).upper()}
        held = [value for value in found if self.searcher.doc_freq("number", value)]
        if not held:
            return None
        return either([Clause.term_query(self.schema, "number", value) for value in held])

    def _word(self, word: str, *, exact: bool, half: bool) -> Asked:
        half = half and len(word) >= _PREFIX_FROM and not exact
        if exact or self._frequency(word):
            return self._asked(word, half=half)
        # « artis ang »: a word that is none but begins some is half typed too, wherever it stands.
        if (half or len(word) >= _TEXT_PREFIX_FROM) and self._begins(word):
            return self._asked(word, half=True)
        nearest = self._nearest(word)
        if nearest:
            clauses = [self._within(one, half=False) for one in nearest]
            any_of_them = Within(
                either([one.sheet for one in clauses]), either([one.name for one in clauses])
            )
            return Asked(word, word, nearest, any_of_them)
        if _may_be_a_slip(word):
            return Asked(word, word, (), self._fuzzy(word, half=half))
        return self._asked(word, half=half)

    def _asked(self, word: str, *, half: bool) -> Asked:
        return Asked(word, word, (word,), self._within(word, half=half))

    def _frequency(self, word: str) -> int:
        if word not in self._known:
            self._known[word] = self.searcher.doc_freq("text", word)
        return self._known[word]

    def _begins(self, word: str) -> bool:
        name = "text" if len(word) >= _TEXT_PREFIX_FROM else "name"
        return bool(self.searcher.terms_with_prefix(name, word, limit=1))

    def _within(self, word: str, *, half: bool) -> Within:
        """For the word or, half typed, those that it begins."""
        borne = self._in("name", word, half=half)
        # Two letters begin too many words of a description to tell anything.
        if half and len(word) < _TEXT_PREFIX_FROM:
            return Within(either([self._in("text", word, half=False), borne]), borne)
        return Within(self._in("text", word, half=half), borne)

    def _in(self, name: str, word: str, *, half: bool) -> Clause:
        begun = self._begun(name, word) if half else None
        if begun is None:
            return Clause.term_query(self.schema, name, word)
        begun = Clause.const_score_query(begun, _BEGUN_SCORE)
        if not self.searcher.doc_freq(name, word):
            return begun
        return either([Clause.term_query(self.schema, name, word), begun])

    def _begun(self, name: str, word: str) -> Clause | None:
        """The words that begin so: each by itself while they are few, which takes a third of the time.

        None when there are none, or only the word itself.
        """
        found = [term for term, _count in self.searcher.terms_with_prefix(name, word, limit=_FEW_WORDS + 1)]
        if not found or found == [word]:
            return None
        if len(found) > _FEW_WORDS:
            return Clause.fuzzy_term_query(self.schema, name, word, distance=0, prefix=True)
        return either([Clause.term_query(self.schema, name, term) for term in found])

    def _fuzzy(self, word: str, *, half: bool) -> Within:
        """What is like the word, wherever the slip: dearer than `_nearest`, which is tried first."""
        slips = 1
        if _slips(word) > 1:
            near = self._like("text", word, 1, half=half)
            if not self.searcher.search(near, limit=1, count=False).hits:
                slips = 2
        return Within(*(self._like(name, word, slips, half=half) for name in ("text", "name")))

    def _like(self, name: str, word: str, slips: int, *, half: bool) -> Clause:
        close = Clause.fuzzy_term_query(self.schema, name, word, distance=slips, prefix=half)
        return Clause.const_score_query(close, 1.0)

    def _nearest(self, word: str) -> tuple[str, ...]:
        """The words of the index nearest to one it does not hold, equally near, the most frequent first.

        Looked for among the words that begin alike, allowing for the second letter to have been left out
        or typed before the first.
        """
        if not _may_be_a_slip(word):
            return ()
        frequencies: dict[str, int] = {}
        for start in {word[:2], word[1] + word[0], word[0] + word[2]}:
            frequencies.update(self._beginning(start))
        near = process.extract(
            word, frequencies.keys(), scorer=OSA.distance, score_cutoff=_slips(word), limit=None
        )
        closest = min((distance for _term, distance, _place in near), default=0)
        equals = [term for term, distance, _place in near if distance == closest]
        # A letter that should be doubled, or should not, is the commonest slip: « emaus » is not « eaux ».
        equals = [term for term in equals if _undoubled(term) == _undoubled(word)] or equals
        return tuple(sorted(equals, key=lambda term: (-frequencies[term], term))[:_MOST_ALTERNATIVES])

    def _beginning(self, start: str) -> dict[str, int]:
        """The words of the index that begin so, with their frequency; the last asked for are kept."""
        key = (self.mark, start)
        found = _kept_beginnings.pop(key, None)
        if found is None:
            found = dict(self.searcher.terms_with_prefix("text", start))
        _kept_beginnings[key] = found
        while len(_kept_beginnings) > 1 and sum(map(len, _kept_beginnings.values())) > _MOST_WORDS_KEPT:
            # One at a time: to forget all at once takes tens of milliseconds.
            del _kept_beginnings[next(iter(_kept_beginnings))]
        return found


def _spellings(text: str) -> dict[str, str]:
    """Each word of the text in its indexed form → as it was typed."""
    return {singular(fold(token)): token for token in text.replace("’", " ").replace("'", " ").split()}
