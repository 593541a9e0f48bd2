"""The staff screens of documents in a real browser: accessible, and no wider than the window."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from certificates.domain.proofs import publishing
from certificates.domain.sealing import integrity
from core.models import Organisation, Signatory
from operations.demo import pictures
from tests.cast import Actor
from tests.certificates.sessions import issued_document
from tests.factories import EnrolmentFactory, SignatoryFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def addresses(run_jobs: Callable[[], None]) -> list[str]:
    """The checks of integrity (one that found something, one under way), the look of documents."""
    lost = issued_document(EnrolmentFactory())
    storages["private"].delete(lost.files.get().key)
    done = integrity.request_check(actor=None)
    run_jobs()
    under_way = integrity.request_check(actor=None)
    organisation = Organisation.load()
    organisation.stamp = pictures.stamp()
    organisation.save()
    SignatoryFactory()
    Signatory.objects.update(signature=pictures.signature())
    publishing.publish_due(at=timezone.now())
    publishing.publish_due(at=timezone.now() + dt.timedelta(days=1))
    return [
        reverse("certificates:roots"),
        reverse("certificates:verify", args=[lost.token]),
        reverse("document-integrity:roots"),
        reverse("document-batches:add"),
        reverse("document-batches:add") + "?q=S-",
        reverse("document-integrity:index"),
        reverse("document-integrity:show", args=[done.uuid]),
        reverse("document-integrity:show", args=[under_way.uuid]),
        reverse("organisation:edit", args=[organisation.pk]),
        reverse("signatories:edit", args=[Signatory.objects.get().pk]),
    ]


def test_the_screens_of_documents_are_accessible_and_fit(
    direction: Actor,
    addresses: list[str],
    page: "Page",
    sign_in: Callable[["Page", Actor], None],
    assert_accessible: Callable[["Page"], None],
) -> None:
    sign_in(page, direction)

    for address in addresses:
        page.goto(address)
        assert_accessible(page)
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
        page.set_viewport_size(DESK)
