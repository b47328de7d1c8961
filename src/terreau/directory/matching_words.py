"""From the words people type to clauses of the index: exact, corrected, half typed, or fewer of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Occur
from tantivy import Query as Clause

from terreau.core import identifiers
from terreau.core.text import fold
from terreau.directory.index_store import WORDS
from terreau.directory.words import singular, telling, words

MOST_WORDS = 12
_NAME_BOOST = 3.0
_WHOLE_BOOST = 10.0
_PREFIX_FROM = 2
_BODY_PREFIX_FROM = 3
_CORRECTED_FROM, _TWICE_FROM = 4, 8
_MOST_ALTERNATIVES = 4
_MOST_WORDS_KEPT = 300_000
_FEW_WORDS = 30
_kept_beginnings: dict[tuple[Any, str], dict[str, int]] = {}


@dataclass(frozen=True)
class Asked:
    """One word: as typed, in its indexed form, those searched for it, and its clause.

    `used` gives the likeliest first; it is empty when the word is sought by likeness.
    """

    typed: str
    word: str
    used: tuple[str, ...]
    clause: Clause


@dataclass(frozen=True)
class Match:
    """How the words were understood. Without words, `clause` is None: everything answers.

    `shown` are the words searched, as the results spell them; `corrected` says that one differs from
    what was typed, `fewer` that not all were asked for.
    """

    clause: Clause | None = None
    asked: tuple[Asked, ...] = ()
    shown: tuple[str, ...] = ()
    corrected: bool = False
    fewer: bool = False
    by_number: bool = False

    def relaxations(self) -> Iterator[Match]:
        """The same words, with fewer and fewer of them required."""
        for required in range(len(self.asked) - 1, 0, -1):
            some = [(Occur.Should, one.clause) for one in self.asked]
            clause = Clause.boolean_query(some, minimum_number_should_match=required)
            yield replace(self, clause=clause, fewer=True)

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
            return Match(clause=by_number, by_number=True)
        typed = telling(words(text))[:MOST_WORDS]
        if not typed:
            return Match()
        spelt = _spellings(text)
        half = not text[-1:].isspace()
        asked = []
        for place, word in enumerate(typed):
            used, clause = self._word(word, exact=exact, half=half and place == len(typed) - 1)
            asked.append(Asked(spelt.get(word, word), word, used, clause))
        return Match(
            clause=self._together(asked, " ".join(words(text))),
            asked=tuple(asked),
            shown=tuple(one.typed for one in asked),
            corrected=any(one.used != (one.word,) for one in asked),
        )

    def begun(self, match: Match) -> Match | None:
        """The same words, each taken as half typed, even if it is a word; None when there is but one."""
        if len(match.asked) < 2:
            return None
        clauses = [
            (Occur.Must, self._clause(one.word, half=len(one.word) >= _BODY_PREFIX_FROM))
            if one.used == (one.word,)
            else (Occur.Must, one.clause)
            for one in match.asked
        ]
        return replace(match, clause=Clause.boolean_query(clauses))

    def _together(self, asked: list[Asked], whole: str) -> Clause:
        """All the words required; a sheet of which they are the whole name comes first."""
        is_name = bool(self.searcher.doc_freq("whole", whole))
        if len(asked) == 1 and not is_name:
            return asked[0].clause
        clauses = [(Occur.Must, one.clause) for one in asked]
        if is_name:
            same = Clause.term_query(self.schema, "whole", whole)
            clauses.append((Occur.Should, Clause.boost_query(same, _WHOLE_BOOST)))
        return Clause.boolean_query(clauses)

    def _by_number(self, text: str) -> Clause | None:
        if sum(char.isdigit() for char in text) < 6:
            return None
        found = {one.value for one in identifiers.recognise(text)}
        found |= {value[:9] for value in found if len(value) == 14}
        found |= {"".join(text.split()).upper()}
        held = [value for value in found if self.searcher.doc_freq("number", value)]
        if not held:
            return None
        return Clause.boolean_query(
            [(Occur.Should, Clause.term_query(self.schema, "number", value)) for value in held]
        )

    def _word(self, word: str, *, exact: bool, half: bool) -> tuple[tuple[str, ...], Clause]:
        half = half and len(word) >= _PREFIX_FROM and not exact
        if exact or self._frequency(word):
            return (word,), self._clause(word, half=half)
        # « artis ang »: a word that is none but begins some is half typed too, wherever it stands.
        if (half or len(word) >= _BODY_PREFIX_FROM) and self._begins(word):
            return (word,), self._clause(word, half=True)
        nearest = self._nearest(word)
        if nearest:
            either = [(Occur.Should, self._clause(one, half=False)) for one in nearest]
            return nearest, Clause.boolean_query(either)
        if _may_be_a_slip(word):
            return (), self._fuzzy(word, half=half)
        return (word,), self._clause(word, half=half)

    def _frequency(self, word: str) -> int:
        if word not in self._known:
            self._known[word] = sum(self.searcher.doc_freq(name, word) for name in WORDS)
        return self._known[word]

    def _begins(self, word: str) -> bool:
        names = WORDS if len(word) >= _BODY_PREFIX_FROM else WORDS[:1]
        return any(self.searcher.terms_with_prefix(name, word, limit=1) for name in names)

    def _clause(self, word: str, *, half: bool) -> Clause:
        name, body = (Clause.term_query(self.schema, field_name, word) for field_name in WORDS)
        either = [(Occur.Should, Clause.boost_query(name, _NAME_BOOST)), (Occur.Should, body)]
        if half:
            # Two letters begin too many words of a description to tell anything.
            fields = WORDS if len(word) >= _BODY_PREFIX_FROM else WORDS[:1]
            for field_name, score in zip(fields, (1.0, 0.3), strict=False):
                begun = self._begun(field_name, word)
                if begun is not None:
                    either.append((Occur.Should, Clause.const_score_query(begun, score)))
        return Clause.boolean_query(either)

    def _begun(self, name: str, word: str) -> Clause | None:
        """The words that begin so: each by itself while they are few, which takes a third of the time.

        None when there are none, or only the word itself.
        """
        found = [term for term, _count in self.searcher.terms_with_prefix(name, word, limit=_FEW_WORDS + 1)]
        if not found or found == [word]:
            return None
        if len(found) > _FEW_WORDS:
            return Clause.fuzzy_term_query(self.schema, name, word, distance=0, prefix=True)
        terms = [(Occur.Should, Clause.term_query(self.schema, name, term)) for term in found]
        return Clause.boolean_query(terms)

    def _fuzzy(self, word: str, *, half: bool) -> Clause:
        """What is like the word, wherever the slip: dearer than `_nearest`, which is tried first."""
        clause = self._like(word, 1, half=half)
        if _slips(word) > 1 and not self.searcher.search(clause, limit=1, count=False).hits:
            clause = self._like(word, 2, half=half)
        return clause

    def _like(self, word: str, slips: int, *, half: bool) -> Clause:
        close = [
            (Occur.Should, Clause.fuzzy_term_query(self.schema, name, word, distance=slips, prefix=half))
            for name in WORDS
        ]
        return Clause.const_score_query(Clause.boolean_query(close), 1.0)

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
        return tuple(sorted(equals, key=lambda term: (-frequencies[term], term))[:_MOST_ALTERNATIVES])

    def _beginning(self, start: str) -> dict[str, int]:
        """The words of the index that begin so, with their frequency; the last asked for are kept."""
        key = (self.mark, start)
        found = _kept_beginnings.get(key)
        if found is None:
            found = {}
            for name in WORDS:
                for term, frequency in self.searcher.terms_with_prefix(name, start):
                    found[term] = found.get(term, 0) + frequency
            if sum(map(len, _kept_beginnings.values())) > _MOST_WORDS_KEPT:
                _kept_beginnings.clear()
            _kept_beginnings[key] = found
        return found


def _spellings(text: str) -> dict[str, str]:
    """Each word of the text in its indexed form → as it was typed."""
    return {singular(fold(token)): token for token in text.replace("’", " ").replace("'", " ").split()}
