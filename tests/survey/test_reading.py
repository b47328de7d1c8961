"""What is received, read; versions of a question and what counts together: pure, on any answer."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from terreau.framework.enums import BarrierCategory
from terreau.survey.core_questionnaire import core
from terreau.survey.definition import (
    Choice,
    Condition,
    DefinitionError,
    Question,
    as_data,
    extend,
    from_data,
)
from terreau.survey.enums import Need
from terreau.survey.exercise_answers import draw_answers
from terreau.survey.field import texts
from terreau.survey.own_questions import (
    on_core,
    own_of,
    question_from,
    typed_of,
    with_question,
    without_question,
)
from terreau.survey.publishing import number_questions
from terreau.survey.reading import given, is_comparable, read_values, storable
from terreau.survey.wording import LANGUAGES, NOT_APPLICABLE_LABEL, SCALES

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
IDS = sorted(core().by_id())
LABELS = st.text(alphabet="abcdé ?", min_size=1, max_size=12).map(lambda text: f"Question {text}")


def own(label="Une question d’essai", **more):
    return question_from({"label": label, "kind": "text", **more}, frozenset())


# --- The shared questionnaire ---------------------------------------------------------------------------


def test_the_core_asks_the_fifteen_needs_twice_and_knows_every_kind_of_barrier():
    asked = core().by_id()
    scales = {(one.need, one.measure) for one in asked.values() if one.need}
    assert scales == {(need, measure) for need in Need for measure in ("importance", "satisfaction")}
    categories = {choice.category for one in asked.values() for choice in one.choices if choice.category}
    assert categories == set(BarrierCategory.values)
    assert len(core().blocks) == 6


def test_the_core_can_be_asked_in_each_language_hints_and_titles_included():
    languages = {"fr", "ar", "en"}
    assert set(core().languages()) == languages
    for block in core().blocks:
        assert set(block.intro) in (set(), languages)
        for question in block.questions:
            assert set(question.hint) in (set(), languages), question.id


def test_the_words_around_the_questions_are_in_the_same_languages():
    words = json.loads(resources.files("terreau.survey").joinpath("data/page_words.json").read_text("utf-8"))
    told = [
        *words.values(),
        NOT_APPLICABLE_LABEL,
        *(one for scale in SCALES.values() for one in scale.values()),
    ]
    told += [one for one in vars(texts).values() if isinstance(one, dict) and "fr" in one]
    assert {frozenset(one) for one in told} == {frozenset(core().languages())}
    assert set(LANGUAGES) == set(core().languages())


def test_the_definition_survives_being_kept_as_data():
    assert from_data(json.loads(json.dumps(as_data(core())))) == core()


def test_those_who_are_no_actors_are_asked_what_can_be_compared():
    assert [block.key for block in core().asked_of("elected").blocks] == ["needs", "obstacles", "open"]
    assert core().asked_of("actors") == core()


# --- Reading ----------------------------------------------------------------------------------------------


@drawn(st.dictionaries(st.sampled_from([*IDS, "inconnue"]), JUNK, max_size=8))
def test_whatever_comes_is_either_read_or_kept_aside(raw):
    values, unread = read_values(core(), raw)
    told = {key for key, value in raw.items() if value not in (None, "", [], ())}
    assert set(values) | set(unread) <= told
    blank = {key for key in told - set(values) - set(unread)}
    assert all(not str(raw[key]).strip() for key in blank)
    json.dumps([values, unread], allow_nan=False).encode()
    assert "\\u0000" not in json.dumps([values, unread])


@drawn(st.dictionaries(st.sampled_from(IDS), JUNK, max_size=8))
def test_what_was_read_reads_the_same_again(raw):
    values, _unread = read_values(core(), raw)
    assert read_values(core(), values) == (values, {})


@drawn(JUNK)
def test_anything_can_be_stored(value):
    json.dumps(storable(value), allow_nan=False).encode()


def test_drawn_answers_are_read_whole():
    for values in draw_answers(core(), 50, seed=7, places=["xx-com-1"]):
        assert read_values(core(), values) == (values, {})
    assert list(draw_answers(core(), 3, seed=7)) == list(draw_answers(core(), 3, seed=7))


@pytest.mark.parametrize(
    ("key", "sent", "read"),
    [
        ("founded", "1998", 1998),
        ("members_women", "1\u202f200", 1200),
        ("members_women", "12.0", 12),
        ("need_training_importance", "5", 5),
        ("need_training_importance", "na", "na"),
        ("obstacles", "no_credit no_cash", ["no_credit", "no_cash"]),
        ("legal_form", "  SCOP  ", "SCOP"),
    ],
)
def test_the_same_answer_written_otherwise_is_the_same_value(key, sent, read):
    assert read_values(core(), {key: sent}) == ({key: read}, {})


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("founded", "vers 1998"),
        ("founded", "-3"),
        ("founded", "9" * 40),
        ("need_training_importance", "6"),
        ("need_training_importance", True),
        ("family", "inconnue"),
        ("jamais_posee", "oui"),
    ],
)
def test_what_cannot_be_read_is_kept_as_it_came(key, sent):
    values, unread = read_values(core(), {key: sent})
    assert values == {}
    assert str(unread[key]) == str(sent)


def test_known_choices_are_kept_beside_unknown_ones():
    values, unread = read_values(core(), {"obstacles": ["no_credit", "autre_chose"]})
    assert values == {"obstacles": ["no_credit"]}
    assert unread == {"obstacles": ["autre_chose"]}


def test_an_answer_whose_condition_does_not_hold_does_not_count():
    values, unread = read_values(core(), {"offers": ["nothing"], "offer_words": "Menuiserie"})
    assert values == {"offers": ["nothing"]}
    assert unread == {"offer_words": "Menuiserie"}


# --- Versions -----------------------------------------------------------------------------------------------


def rewritten(asked, question_id, **changes):
    blocks = tuple(
        replace(
            block,
            questions=tuple(
                replace(one, **changes) if one.id == question_id else one for one in block.questions
            ),
        )
        for block in asked.blocks
    )
    return replace(asked, blocks=blocks)


@drawn(st.lists(st.tuples(LABELS, st.booleans()), min_size=1, max_size=6))
def test_a_version_rises_with_its_words_and_counts_with_those_of_the_same_meaning(steps):
    """Whatever is rewritten in turn, an answer counts with today's if no change of meaning lies between."""
    versions = [extend(core(), "open", (own("Question d’origine"),))]
    meanings = [0]
    question_id = own("Question d’origine").id
    for label, same in steps:
        before = versions[-1].by_id()[question_id]
        asked = rewritten(versions[-1], question_id, label={"fr": label})
        made = number_questions(asked, versions, frozenset({question_id} if same else ()))
        now = made.by_id()[question_id]
        changed = label != before.label["fr"]
        assert now.version == before.version + changed
        versions.append(made)
        meanings.append(meanings[-1] + (changed and not same))
    for asked, meaning in zip(versions, meanings, strict=True):
        values = {question_id: "réponse", "family": "association"}
        told = {one.question.id: one for one in given(asked, versions[-1], values)}
        assert told[question_id].is_comparable == (meaning == meanings[-1])
        assert told[question_id].question.label == asked.by_id()[question_id].label
        assert (told["family"].value, told["family"].is_comparable) == ("association", True)


def test_extending_never_changes_what_all_are_asked():
    asked = extend(core(), "needs", (own(),))
    assert all(is_comparable(one, asked.by_id()[one.id]) for one in core().questions())
    assert [one for one in asked.questions() if not one.added] == list(core().questions())


def test_a_choice_taken_away_breaks_the_comparison_even_when_said_the_same():
    listed = own(kind="one", choices="oui\nnon\npeut-être")
    first = extend(core(), "open", (listed,))
    fewer = rewritten(first, listed.id, choices=listed.choices[:2])
    now = number_questions(fewer, [first], frozenset({listed.id}))
    assert not is_comparable(first.by_id()[listed.id], now.by_id()[listed.id])
    more = rewritten(first, listed.id, choices=(*listed.choices, Choice("autre", {"fr": "autre"})))
    now = number_questions(more, [first], frozenset({listed.id}))
    assert is_comparable(first.by_id()[listed.id], now.by_id()[listed.id])


def test_a_question_never_changes_its_kind():
    first = extend(core(), "open", (own(),))
    with pytest.raises(DefinitionError, match="sorte ne change plus"):
        number_questions(rewritten(first, own().id, kind="integer"), [first], frozenset())


def test_a_question_asked_again_after_a_pause_goes_on_from_its_last_version():
    first = extend(core(), "open", (own(),))
    paused = number_questions(without_question(first, own().id), [first], frozenset())
    again = number_questions(
        extend(core(), "open", (own("Une question d’essai"),)), [first, paused], frozenset()
    )
    assert again.by_id()[own().id].version == 1


# --- A territory's own questions ---------------------------------------------------------------------------


@drawn(
    st.lists(
        st.text(alphabet="abcdéè '’-1", min_size=1, max_size=10).map(lambda text: f"x{text}".strip()),
        min_size=2,
        max_size=6,
        unique=True,
    )
)
def test_what_was_typed_comes_back_as_it_was_typed(lines):
    made = question_from(
        {"label": "Lequel ?", "label_ar": "أي؟", "kind": "one", "choices": "\n".join(lines)}, frozenset()
    )
    assert len(set(made.codes())) == len(lines)
    extend(core(), "open", (made,))
    again = question_from(typed_of(made), frozenset({made.id}), former=made)
    assert again == made


def test_a_choice_that_is_reworded_keeps_its_code():
    made = own(kind="one", choices="oui\nnon")
    again = question_from({**typed_of(made), "choices": "oui, volontiers\nnon"}, frozenset(), former=made)
    assert again.codes() == made.codes()
    assert again.choices[0].label["fr"] == "oui, volontiers"


def test_a_choice_put_first_takes_no_code_from_another():
    made = own(kind="one", choices="oui\nnon")
    again = question_from({**typed_of(made), "choices": "parfois\noui\nnon"}, frozenset(), former=made)
    assert again.codes() == ("parfois", "oui", "non")


def test_two_questions_of_the_same_words_have_two_identifiers():
    first = own()
    second = question_from({"label": "Une question d’essai", "kind": "text"}, frozenset({first.id}))
    assert second.id != first.id


def test_a_new_survey_takes_up_the_own_questions_on_todays_core():
    asked = with_question(core(), "needs", own())
    assert on_core(own_of(asked)) == asked


def test_too_many_own_questions_are_refused():
    asked = core()
    for number in range(20):
        asked = with_question(asked, "open", own(f"Question {number}"))
    with pytest.raises(DefinitionError, match="Vingt minutes"):
        with_question(asked, "open", own("Une de trop"))


# --- Definitions that cannot be used -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (Question("É", "text", {"fr": "x"}), "minuscules"),
        (Question("family", "text", {"fr": "x"}), "sert déjà"),
        (Question("own_x", "devinette", {"fr": "x"}), "n’existe pas"),
        (Question("own_x", "text", {}), "texte français manque"),
        (Question("own_x", "one", {"fr": "x"}), "choix manquent"),
        (Question("own_x", "scale", {"fr": "x"}), "échelle"),
        (Question("own_x", "text", {"fr": "x"}, version=1, comparable_since=2), "version"),
        (Question("own_x", "text", {"fr": "x"}, when=Condition("own_y", ("a",))), "dépend"),
    ],
)
def test_an_unusable_question_says_why_and_where(question, says):
    with pytest.raises(DefinitionError, match=says):
        extend(core(), "open", (question,))


def test_a_language_that_is_missing_keeps_its_place_among_the_choices():
    question = Question(
        "x",
        "one",
        {"fr": "Un marché ?"},
        choices=(Choice("oui", {"fr": "oui", "en": "yes"}), Choice("non", {"fr": "non"})),
    )
    typed = typed_of(question)
    assert typed["choices"] == "oui |  | yes\nnon"
    made = question_from(typed, frozenset())
    assert [one.label for one in made.choices] == [{"fr": "oui", "en": "yes"}, {"fr": "non"}]
