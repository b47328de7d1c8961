"""How a field of a form is drawn."""

from __future__ import annotations

from django import forms

from terreau.portal.templatetags.terreau import wrong_fields


class Asked(forms.Form):
    name = forms.CharField(label="Nom", help_text="en quelques mots")
    shown = forms.BooleanField(label="Public", help_text="chacun le lit")


def test_a_box_to_tick_stands_before_its_words_which_tick_it():
    drawn = Asked()["shown"].as_field_group()
    assert drawn.index("<label") < drawn.index("<input") < drawn.index("Public</span></label>")
    assert 'for="id_shown"' in drawn
    assert 'aria-describedby="id_shown_helptext"' in drawn
    assert '<div class="helptext" id="id_shown_helptext">chacun le lit</div>' in drawn


def test_a_refused_box_says_why_and_other_fields_are_drawn_as_django_does():
    asked = Asked({"name": "Essai"})
    assert "errorlist" in asked["shown"].as_field_group()
    named = asked["name"].as_field_group()
    assert named.index("</label>") < named.index("en quelques mots") < named.index("<input")


def test_what_is_to_correct_leads_to_its_field_and_a_group_to_its_first_box():
    class Wished(Asked):
        sort = forms.ChoiceField(label="Sorte", choices=[("a", "A")], widget=forms.RadioSelect)
        kept = forms.CharField(widget=forms.HiddenInput)

    asked = Wished({"shown": "on"})
    assert wrong_fields(asked) == [("id_name", "Nom"), ("id_sort_0", "Sorte")]
    html = str(asked)
    assert all(f'id="{anchor}"' in html for anchor, _label in wrong_fields(asked))
