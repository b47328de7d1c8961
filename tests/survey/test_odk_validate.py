"""The forms of telephones pass ODK Validate, which ODK Collect trusts; where Java is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
import pyxform

from terreau.survey.core_questionnaire import core
from terreau.survey.definition import Choice, Condition, Question, extend
from terreau.survey.field.pictograms import pictures
from terreau.survey.field.xlsform import Asked, xform

JAVA = shutil.which("java")
# pyxform ships it; its own checks are those of `xform`, which never run Java.
VALIDATE = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"

by_java = pytest.mark.skipif(JAVA is None, reason="ODK Validate est un programme Java, absent de ce poste")

YES = Choice("yes", {"fr": "Oui & « bien »", "en": "Yes", "ar": "نعم"})
NO = Choice("no", {"fr": "Non", "en": "No", "ar": "لا"})
# One of each kind, with a condition on one answer and on several.
OWN = (
    Question(
        "own_several",
        "many",
        {"fr": "Quels jours ? <lundi>", "en": "Days?", "ar": "أيام؟"},
        choices=(YES, NO),
    ),
    Question("own_one", "one", {"fr": "Un marché ?", "en": "A market?", "ar": "سوق؟"}, choices=(YES, NO)),
    Question(
        "own_count",
        "integer",
        {"fr": "Combien d’étals ?", "en": "How many stalls?", "ar": "كم؟"},
        required=True,
        when=Condition("own_one", ("yes",)),
    ),
    Question(
        "own_said",
        "long_text",
        {"fr": "Pourquoi ?", "en": "Why?", "ar": "لماذا؟"},
        when=Condition("own_several", ("yes", "no")),
    ),
    Question("own_voice", "media", {"fr": "Dites-le", "en": "Say it", "ar": "قل"}),
    Question("own_place", "place", {"fr": "Où ?", "en": "Where?", "ar": "أين؟"}),
)


def asked(form_id, questionnaire, *, oral=False):
    return Asked(
        form_id=form_id,
        version=1,
        title="Besoins d’essai",
        purpose={
            language: "Savoir de quoi les acteurs ont besoin." for language in questionnaire.languages()
        },
        contact="mairie@exemple.org",
        territory="Territoire d’essai",
        questionnaire=questionnaire,
        oral=oral,
        places=(("xt-com-1", "Val-d’Essai"), ("xt-com-2", "Port d’Essai")),
    )


@by_java
def test_the_forms_of_telephones_pass_odk_validate(tmp_path):
    forms = {
        "core": asked("core", core()),
        "extended": asked("extended", extend(core(), "town_hall", OWN)),
        "oral": asked("oral", extend(core(), "town_hall", OWN), oral=True),
    }
    for name, content in pictures().items():
        (tmp_path / name).write_bytes(content)
    paths = []
    for name, form in forms.items():
        assert "ar" in form.questionnaire.languages()
        path = tmp_path / f"{name}.xml"
        path.write_bytes(xform(form).xml)
        paths.append(path)
    done, told = validated(*paths)
    assert done == 0, told
    assert told.count("Xform is valid!") == len(paths), told
    assert "warning" not in told.lower(), told


@by_java
def test_odk_validate_refuses_a_form_that_shows_a_question_that_is_not_there(tmp_path):
    """Without this, what it says of ours would say nothing."""
    sound = xform(asked("core", extend(core(), "town_hall", OWN))).xml.decode()
    broken = sound.replace('input ref="/data/ANSWERS/BLOCK_town_hall/own_count"', 'input ref="/data/absent"')
    assert broken != sound
    path = tmp_path / "broken.xml"
    path.write_text(broken, "utf-8")
    done, told = validated(path)
    assert done != 0, told
    assert "/data/absent" in told


def test_no_condition_asks_of_a_question_that_is_not_there():
    """ODK Validate does not look at this: such a question would never be shown."""
    tree = ElementTree.fromstring(xform(asked("core", extend(core(), "town_hall", OWN))).xml)
    binds = [one.attrib for one in tree.iter() if one.tag.endswith("}bind")]
    conditions = " ".join(one.get("relevant", "") for one in binds)
    named = set(re.findall(r"/data[\w/]*", conditions))
    assert any(name.endswith("/own_one") for name in named)
    assert named <= {one["nodeset"] for one in binds}


def validated(*paths):
    """What the program says of forms, by one Java for all."""
    done = subprocess.run(
        [JAVA, "-Djava.awt.headless=true", "-jar", VALIDATE, *paths],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
