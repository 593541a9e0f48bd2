"""What search engines read of a page: schema.org, as a block of data."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from cms.domain.upcoming_sessions import UpcomingSession
from core.models import Organisation
from training.enums import Modality

if TYPE_CHECKING:
    from cms.models import CoursePage, EventPage

MODES = {Modality.ON_SITE: "Onsite", Modality.REMOTE: "Online", Modality.MIXED: "Blended"}


def course(
    page: "CoursePage",
    lines: Iterable[UpcomingSession],
    *,
    url: str,
    organisation: Organisation | None,
) -> dict[str, Any]:
    """`Course` with one `CourseInstance` a session to come; only what the page itself says."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": page.title,
        "description": page.search_description or page.introduction,
        "url": url,
        "inLanguage": "fr",
        "coursePrerequisites": page.prerequisites,
        "teaches": [objective.value for objective in page.objectives],
        "hasCourseInstance": [_instance(line, workload=_duration(page)) for line in lines],
    }
    if page.duration_hours:
        data["timeRequired"] = _duration(page)
    if page.price is not None:
        data["offers"] = _offer(page.price, url=url)
    if organisation is not None:
        data["provider"] = {
            "@type": "Organization",
            "name": str(organisation),
            "url": f"{settings.SITE_URL}/",
        }
    return data


def _instance(line: UpcomingSession, *, workload: str) -> dict[str, Any]:
    url = settings.SITE_URL + reverse("portal:enrol", args=[line.code])
    instance: dict[str, Any] = {
        "@type": "CourseInstance",
        "name": f"{line.title}, {line.dates}",
        "courseMode": MODES[Modality(line.modality)],
        "startDate": line.days[0].isoformat(),
        "endDate": line.days[-1].isoformat(),
        "courseWorkload": workload,
        "offers": _offer(line.price, url=url)
        | {
            "availability": "https://schema.org/"
            + ("InStock" if line.seats_left > 0 else "SoldOut")
        },
    }
    if line.venue:
        instance["location"] = {
            "@type": "Place",
            "name": line.venue.name,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": line.venue.address,
                "postalCode": line.venue.postcode,
                "addressLocality": line.venue.city,
                "addressCountry": "FR",
            },
        }
    return instance


def event(page: "EventPage", *, url: str, organisation: Organisation | None) -> dict[str, Any]:
    """`Event`, with its hours when they are known."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": page.title,
        "startDate": _moment(page.starts_on, page.starts_at) if page.starts_on else "",
        "endDate": _moment(page.last_day, page.ends_at),
        "description": page.introduction,
        "url": url,
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
    }
    if organisation is not None:
        data["organizer"] = {"@type": "Organization", "name": str(organisation)}
    if page.venue_name:
        data["location"] = {"@type": "Place", "name": page.venue_name, "address": page.venue_name}
    return data


def _moment(day: dt.date, hour: dt.time | None) -> str:
    return f"{day.isoformat()}T{hour:%H:%M}" if hour else day.isoformat()


def _offer(price: Decimal, *, url: str) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "category": "Paid" if price else "Free",
        "price": f"{price:.2f}",
        "priceCurrency": "EUR",
        "url": url,
    }


def _duration(page: "CoursePage") -> str:
    """ISO 8601: « PT14H », « PT10H30M »."""
    minutes = int((page.duration_hours or 0) * 60)
    hours, rest = divmod(minutes, 60)
    return f"PT{hours}H" + (f"{rest}M" if rest else "")
