"""Texts of the organisation: versions, the one in force, their public pages and their screen."""

import datetime as dt

import pytest

from django.urls import reverse
from django.utils import timezone

from certificates.demo import seed_texts
from certificates.domain import texts
from certificates.domain.kinds import text_blocks
from certificates.enums import TextSlug
from certificates.models import DocumentTemplate
from core.exceptions import DomainError
from tests.certificates.sessions import plain, text_of
from tests.factories import OrganisationFactory, ProgrammeVersionFactory
from training.enums import ProgrammeOrigin

pytestmark = pytest.mark.django_db
RULES = TextSlug.INTERNAL_RULES.value


def written(days: int, body: str = "## Article 1\n\nUn texte.", **values) -> DocumentTemplate:
    """A version in force `days` after today."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return texts.write(slug=RULES, body=body, in_force_from=day, actor=None, **values)


def test_the_version_in_force_is_the_latest_whose_day_has_come():
    first, coming = written(-30), written(10)
    assert (first.number, coming.number) == (1, 2)
    assert texts.in_force(RULES) == first
    assert texts.in_force(RULES, on=coming.in_force_from) == coming
    assert texts.in_force(RULES, on=first.in_force_from - dt.timedelta(days=1)) is None
    assert texts.published(RULES, 2) is None


@pytest.mark.parametrize(
    ("days", "body", "code"),
    [(-1, "Texte.", "text_in_the_past"), (-30, "Texte.", "text_out_of_order"), (5, " ", None)],
)
def test_a_next_version_is_not_dated_back_and_not_empty(days, body, code):
    written(-30)
    with pytest.raises(DomainError) as refused:
        written(days, body)
    assert refused.value.code == (code or "text_empty")
    assert DocumentTemplate.objects.count() == 1


def test_a_version_in_force_no_longer_changes():
    today, coming = written(0), written(5)
    with pytest.raises(DomainError) as refused:
        texts.change(text=today, body="Autre", in_force_from=today.in_force_from, actor=None)
    assert refused.value.code == "text_in_force"
    texts.change(text=coming, body="Autre", in_force_from=coming.in_force_from, actor=None)
    assert texts.latest(RULES).body == "Autre"


def test_marks_become_titles_lists_and_paragraphs():
    body = "Un\ndeux\n\n## Titre\n- a\n- b\nsuite\n\nFin <b>"
    assert [(block["kind"], block["lines"]) for block in text_blocks.blocks(body)] == [
        ("paragraph", ["Un deux"]),
        ("heading", ["Titre"]),
        ("list", ["a", "b suite"]),
        ("paragraph", ["Fin <b>"]),
    ]


def test_everybody_reads_the_version_in_force_and_the_older_ones(anonymous):
    url = reverse("certificates:text", args=[RULES])
    assert url == "/documents/textes/reglement-interieur/"
    assert anonymous.get(url).status_code == 404
    written(-30, "Ancien <script>texte</script>.")
    written(0, "Nouveau texte.")
    page = anonymous.get(url).content.decode()
    assert "Nouveau texte." in page
    assert "Version\u00a02" in page or "Version 2" in page
    old = anonymous.get(reverse("certificates:text_version", args=[RULES, 1])).content.decode()
    assert "n’est plus en vigueur" in old
    assert "&lt;script&gt;" in old
    assert anonymous.get(reverse("certificates:text_version", args=[RULES, 9])).status_code == 404
    assert anonymous.get("/documents/textes/autre/").status_code == 404


def test_the_print_of_a_text_is_drawn_once_and_carries_its_version(anonymous):
    OrganisationFactory()
    written(-3, "## Article 1\n\nChaque personne veille à sa sécurité.")
    response = anonymous.get(reverse("certificates:text_pdf", args=[RULES]))
    text = text_of(response.content)
    assert "Version 1, en vigueur à partir du" in text
    assert "Chaque personne veille à sa sécurité." in text
    again = anonymous.get(
        reverse("certificates:text_version_pdf", args=[RULES, 1]),
        headers={"If-None-Match": response["ETag"]},
    )
    assert again.status_code == 304


def test_a_published_programme_is_printed_for_everybody_and_no_other(anonymous):
    OrganisationFactory()
    version = ProgrammeVersionFactory()
    url = reverse("certificates:programme", args=[version.programme.code, version.number])
    assert url == f"/documents/programmes/{version.programme.code}-v1.pdf"
    text = text_of(anonymous.get(url).content)
    for expected in ["Gouvernance partagée", "14 heures, 2 jours", "Aucun prérequis.", "560 €"]:
        assert expected in text
    tailored = ProgrammeVersionFactory(
        programme=version.programme, number=2, origin=ProgrammeOrigin.STAFF
    )
    hidden = reverse("certificates:programme", args=[version.programme.code, tailored.number])
    assert anonymous.get(hidden).status_code == 404


def test_the_demonstration_has_the_articles_that_the_law_asks_for():
    seed_texts({})
    seed_texts({})
    assert DocumentTemplate.objects.count() == len(TextSlug.values)
    rules = plain(texts.in_force(RULES).body)
    for expected in ["moins d’un jour", "quinze jours", "plus de 500 heures", "pécuniaires"]:
        assert expected in rules
    for slug in TextSlug.values:
        assert texts.in_force(slug).body.startswith("Texte de démonstration")


def test_staff_write_the_next_version_and_are_told_why_not(quality):
    first = written(-30)
    page = quality.get(reverse("texts:add") + f"?slug={RULES}").content.decode()
    assert "Un texte." in page
    typed = {"slug": RULES, "body": "Suite.", "change_summary": "Article 2", "in_force_from": ""}
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    refused = quality.post(reverse("texts:add"), typed | {"in_force_from": yesterday.isoformat()})
    assert "dans le passé" in refused.content.decode()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    quality.post(reverse("texts:add"), typed | {"in_force_from": tomorrow.isoformat()})
    coming = texts.latest(RULES)
    assert (coming.number, coming.body, coming.created_by) == (2, "Suite.", quality.user)
    assert quality.get(reverse("texts:edit", args=[first.pk])).status_code == 302
    quality.post(
        reverse("texts:edit", args=[coming.pk]),
        {"body": "Suite et fin.", "change_summary": "", "in_force_from": tomorrow.isoformat()},
    )
    assert texts.latest(RULES).body == "Suite et fin."
    assert "À venir" in quality.get(reverse("texts:inspect", args=[coming.pk])).content.decode()
    assert quality.get(reverse("texts:index")).status_code == 200
