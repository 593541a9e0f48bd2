"""Seeds the cooperation side: lexicon, directory, news, events, certificate."""

import datetime as dt
from typing import Any

from django.core.files import File
from django.utils import timezone

from wagtail.documents.models import Document

from accounts.models import User
from cms.demo.seeding import HERE, linked, read, seeded, stream
from cms.models import (
    CertificationPage,
    EventIndexPage,
    EventPage,
    LexiconEntry,
    NewsCategory,
    NewsIndexPage,
    NewsPage,
    Partner,
    PlacePage,
    Sector,
)
from cms.models.enquiry import EnquiryPage

CERTIFICATE = "certificat-de-demonstration.pdf"


def seed(*, actor: User | None) -> None:
    """What stands there already is left as editors made it."""
    data = read("cooperation.json")
    _directory(data)
    _lexicon(data["lexicon"])
    _news(data, actor)
    _events(data["events"], actor)
    _certificate(actor)


def _directory(data: dict[str, Any]) -> None:
    if Partner.objects.exists():
        return
    sectors = {
        item["slug"]: Sector.objects.get_or_create(
            slug=item["slug"], defaults={"name": item["name"]}
        )[0]
        for item in data["sectors"]
    }
    for item in data["partners"]:
        fields = {name: value for name, value in item.items() if name != "sectors"}
        partner = Partner.objects.create(**fields)
        partner.sectors.set(sectors[slug] for slug in item["sectors"])


def _lexicon(entries: list[dict[str, Any]]) -> None:
    if LexiconEntry.objects.exists():
        return
    made = {
        item["term"]: LexiconEntry.objects.create(
            term=item["term"], expansion=item["expansion"], definition=linked(item["definition"])
        )
        for item in entries
    }
    for item in entries:
        made[item["term"]].see_also.add(*(made[term] for term in item["see_also"]))


def _news(data: dict[str, Any], actor: User | None) -> None:
    parent = NewsIndexPage.objects.first()
    if parent is None:
        return
    categories = {
        item["slug"]: NewsCategory.objects.get_or_create(
            slug=item["slug"], defaults={"name": item["name"]}
        )[0]
        for item in data["news_categories"]
    }
    for item in data["news"]:
        page = NewsPage(
            slug=item["slug"],
            title=item["title"],
            introduction=item["introduction"],
            drawing=item["drawing"],
            date=dt.date.fromisoformat(item["date"]),
            month_only=item.get("month_only", False),
            category=categories[item["category"]],
            body=stream([{"type": "text", "value": item["text"]}], seed=item["slug"]),
        )
        seeded(page, parent=parent, actor=actor)


def _events(events: list[dict[str, Any]], actor: User | None) -> None:
    parent = EventIndexPage.objects.first()
    if parent is None:
        return
    for item in events:
        if "in_days" in item:
            starts_on = timezone.localdate() + dt.timedelta(days=item["in_days"])
        else:
            starts_on = dt.date.fromisoformat(item["starts_on"])
        ends_on = None
        if "lasts" in item:
            ends_on = starts_on + dt.timedelta(days=item["lasts"] - 1)
        elif "ends_on" in item:
            ends_on = dt.date.fromisoformat(item["ends_on"])
        page = EventPage(
            slug=item["slug"],
            title=item["title"],
            introduction=item["introduction"],
            drawing=item["drawing"],
            starts_on=starts_on,
            ends_on=ends_on,
            starts_at=_hour(item.get("starts_at")),
            ends_at=_hour(item.get("ends_at")),
            place=PlacePage.objects.filter(slug=item.get("place", "")).first(),
            where=item.get("where", ""),
            terms=item.get("terms", ""),
            registration_url=_contact_address() if "registration" in item else "",
            body=stream([{"type": "text", "value": item["text"]}], seed=item["slug"]),
        )
        seeded(page, parent=parent, actor=actor)


def _hour(text: str | None) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None


def _contact_address() -> str:
    page = EnquiryPage.objects.filter(slug="contact").first()
    return (page.url or "") if page else ""


def _certificate(actor: User | None) -> None:
    """A drawn certificate, marked as a demonstration: never the artwork of another body."""
    page = CertificationPage.objects.first()
    if page is None or page.certificate_file is not None:
        return
    with (HERE / "files" / CERTIFICATE).open("rb") as source:
        page.certificate_file = Document.objects.create(
            title="Certificat de démonstration", file=File(source, name=CERTIFICATE)
        )
    page.save_revision(user=actor).publish(user=actor)
