"""Parts of pages: the drawing, the fields of forms, the small tags."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from cms import bocage


def render(source: str, **context: object) -> BeautifulSoup:
    template = Template("{% load components %}" + source)
    return BeautifulSoup(template.render(Context(context)), "html.parser")


# --- The bocage ---------------------------------------------------------------------------------


def test_a_seed_always_gives_the_same_field() -> None:
    first = bocage.draw(seed="savenay", width=480, height=160, parcels=11)
    bocage.draw.cache_clear()
    assert bocage.draw(seed="savenay", width=480, height=160, parcels=11) == first
    assert bocage.draw(seed="blain", width=480, height=160, parcels=11) != first


@given(
    seed=st.text(max_size=30),
    width=st.integers(40, 2000),
    height=st.integers(40, 2000),
    parcels=st.integers(1, 60),
)
def test_any_field_is_light_and_stays_in_its_frame(
    seed: str, width: int, height: int, parcels: int
) -> None:
    svg = bocage.draw(seed=seed, width=width, height=height, parcels=parcels)
    assert svg.count('class="parcel--') == parcels
    assert "style" not in svg
    assert "fill=" not in svg
    for across, down in re.findall(r"(-?\d+) (-?\d+)(?=[LMz\"])", svg):
        assert -1 <= int(across) <= width + 1
        assert -1 <= int(down) <= height + 1


def test_the_field_of_a_card_weighs_less_than_two_kilobytes() -> None:
    weights = [
        len(bocage.draw(seed=str(seed), width=480, height=110, parcels=10)) for seed in range(50)
    ]
    assert max(weights) < 2048


def test_a_seed_is_never_written_in_the_page() -> None:
    soup = render("{% bocage seed 100 100 4 %}", seed='"><script>alert(1)</script>')
    assert not soup.select("script")


# --- Fields -------------------------------------------------------------------------------------


class SampleForm(forms.Form):
    name = forms.CharField(label="Nom", help_text="Celui de tous les jours.")
    phone = forms.CharField(label="Téléphone", required=False)
    channel = forms.ChoiceField(
        label="Moyen",
        choices=[("mail", "Courriel"), ("post", "Courrier")],
        widget=forms.RadioSelect,
    )
    consent = forms.BooleanField(label="J’accepte")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_every_control_has_its_label_and_its_help() -> None:
    soup = render("{{ form }}", form=SampleForm())
    for control in soup.select("input:not([type=hidden])"):
        assert soup.select(f'label[for="{control["id"]}"]'), control
    assert soup.select_one("#id_name")["aria-describedby"] == "id_name_helptext"
    assert soup.select_one("#id_name_helptext").get_text() == "Celui de tous les jours."
    assert soup.select_one("fieldset legend").get_text().strip() == "Moyen"
    assert len(soup.select("input[type=hidden]")) == 1


def test_only_optional_fields_say_so() -> None:
    soup = render("{{ form }}", form=SampleForm())
    marked = [label.get_text() for label in soup.select("label, legend") if "facult" in label.text]
    assert marked == ["Téléphone (facultatif)"]


def test_errors_are_summed_up_with_links_and_tied_to_their_field() -> None:
    soup = render("{{ form }}", form=SampleForm({"phone": "02"}))
    links = [link["href"] for link in soup.select(".error-summary a")]
    assert len(links) == 3
    for link in links:
        assert soup.select_one(link) is not None, link
    assert soup.select_one("#id_name")["aria-describedby"] == "id_name_helptext id_name_error"
    assert soup.select_one("#id_name")["aria-invalid"] == "true"
    assert "id_channel_error" in soup.select_one("fieldset")["aria-describedby"]


def test_what_was_typed_is_kept_and_escaped() -> None:
    soup = render("{{ form }}", form=SampleForm({"phone": '"><b>02'}))
    assert soup.select_one("#id_phone")["value"] == '"><b>02'


# --- Tags ---------------------------------------------------------------------------------------


def test_a_tag_says_its_state_in_words() -> None:
    assert (
        str(render('{% tag "2 places" "few" %}')).strip()
        == '<span class="tag tag--few">2 places</span>'
    )


def test_pages_keep_the_other_parameters(rf: RequestFactory) -> None:
    pages = Paginator(range(50), 20)
    soup = render(
        "{% pagination page %}", page=pages.page(2), request=rf.get("/?theme=a%26b&page=2")
    )
    assert [link["href"] for link in soup.select("a")] == [
        "?theme=a%26b&page=1",
        "?theme=a%26b&page=3",
    ]


def test_one_page_needs_no_pagination(rf: RequestFactory) -> None:
    pages = Paginator(range(5), 20)
    soup = render("{% pagination page %}", page=pages.page(1), request=rf.get("/"))
    assert soup.get_text().strip() == ""


@pytest.mark.parametrize(("href", "links"), [("", 0), ("/formations/", 1)])
def test_an_empty_list_may_offer_a_way_out(href: str, links: int) -> None:
    soup = render('{% empty_state "Rien." "" href "Voir tout" %}', href=href)
    assert len(soup.select("a")) == links
