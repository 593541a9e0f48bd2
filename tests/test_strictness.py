"""The habits that every test is held to are really in force."""

import datetime as dt
import socket
from collections.abc import Callable

import pytest
import time_machine

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine, Origin, Template
from django.test import Client, RequestFactory
from django.urls import path

from wagtail.models import Page, Site

from accounts import throttle
from core.french import PARIS
from tests.cast import Actor
from tests.factories import VenueFactory
from tests.strictness.html import PageFault, check_page
from tests.strictness.network import NetworkClosed
from tests.strictness.ordering import our_apps
from tests.strictness.templates import OWN_TEMPLATES, UndefinedVariable
from training.models import Venue


def our_template(source: str) -> Template:
    return Template(
        source, Origin(f"{OWN_TEMPLATES}/essai.html"), "essai.html", Engine.get_default()
    )


@pytest.mark.parametrize(
    "source",
    [
        "{{ nmae }}",
        "{{ person.nmae }}",
        "{% for item in itmes %}{% endfor %}",
        '{% include "components/tag.html" with text=nmae only %}',
        "{{ nmae|upper }}",
    ],
)
def test_an_undefined_variable_fails_in_our_templates(source: str) -> None:
    with pytest.raises(UndefinedVariable):
        our_template(source).render(Context({"person": {"name": "Aïcha"}}))


@pytest.mark.parametrize(
    "source", ["{% if nmae %}oui{% endif %}", '{{ nmae|default:"" }}', '{{ ""|upper }}']
)
def test_a_template_may_say_that_it_expects_an_absence(source: str) -> None:
    assert our_template(source).render(Context()) == ""


def test_templates_of_others_may_use_undefined_variables() -> None:
    template = Template("{{ nmae }}", Origin("elsewhere.html"), "e", Engine.get_default())
    assert template.render(Context()) == ""


@pytest.mark.parametrize(
    "fault",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<script type="module">import "x"</script>',
        '<button onclick="go()">',
        '<div hx-on:click="go()">',
        '<a href="javascript:go()">',
        "<p>{{ nom }}</p>",
        "<p>{% if nom %}</p>",
        '<img src="https://cdn.example.com/a.png" alt="">',
        '<link rel="stylesheet" href="//cdn.example.com/a.css">',
    ],
)
def test_a_page_with_anything_inline_leaked_or_foreign_is_refused(fault: str) -> None:
    with pytest.raises(PageFault):
        check_page(f"<!doctype html><body>{fault}</body>")


def test_data_blocks_own_files_and_links_are_accepted() -> None:
    check_page(
        '<link rel="canonical" href="https://example.org/">'
        '<link rel="stylesheet" href="/static/a.css">'
        '<script type="application/ld+json">{"a": {"b": {}}}</script>'
        '<script src="/static/a.js" type="module"></script>'
        '<a href="https://example.org/">ailleurs</a><img src="data:image/png;base64,AA" alt="">'
    )


def inline_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<p style="color: red">Bonjour</p>')


def saving_page(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        transaction.on_commit(lambda: cache.set("committed", True))
    return HttpResponse("ok")


urlpatterns = [
    path("inline/", inline_page),
    path("gestion/inline/", inline_page),
    path("saving/", saving_page),
]


@pytest.mark.urls("tests.test_strictness")
@pytest.mark.django_db
def test_pages_of_the_test_client_are_checked_outside_the_back_office(client: Client) -> None:
    with pytest.raises(PageFault):
        client.get("/inline/")
    assert client.get("/gestion/inline/").status_code == 200


@pytest.mark.urls("tests.test_strictness")
@pytest.mark.django_db
def test_a_request_runs_what_waits_for_its_commit(client: Client) -> None:
    client.get("/saving/")
    assert cache.get("committed") is True


def test_run_commits_runs_each_callback_once(run_commits: Callable[[], None]) -> None:
    calls: list[str] = []
    transaction.on_commit(lambda: calls.append("first"))
    transaction.on_commit(lambda: transaction.on_commit(lambda: calls.append("nested")))
    run_commits()
    run_commits()
    assert calls == ["first", "nested"]


@pytest.mark.django_db
def test_a_list_without_an_order_comes_back_shuffled() -> None:
    for _rank in range(8):
        VenueFactory()
    orders = {tuple(v.pk for v in Venue.objects.order_by()) for _try in range(20)}
    assert len(orders) > 1
    assert len({tuple(v.pk for v in Venue.objects.order_by("pk")) for _try in range(20)}) == 1


def test_the_lists_of_every_app_of_ours_are_shuffled() -> None:
    assert our_apps() == {path.parent.name for path in settings.BASE_DIR.glob("*/apps.py")}


def test_the_network_is_closed_but_for_the_machine_itself() -> None:
    with pytest.raises(NetworkClosed):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(NetworkClosed):
        socket.getaddrinfo("example.org", 80)
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.django_db
def test_no_test_is_cut_by_the_end_of_a_window(rf: RequestFactory) -> None:
    request = rf.get("/")
    eve = dt.datetime(2026, 12, 31, 23, 59, 59, 900_000, tzinfo=PARIS)
    with time_machine.travel(eve, tick=False) as clock:
        assert throttle.take(request, action="essai", limit=1)
        clock.shift(0.2)
        assert not throttle.take(request, action="essai", limit=1)
        clock.shift(throttle.HOUR)
        assert throttle.take(request, action="essai", limit=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_that_commits_leaves_the_site_and_the_roles(time: str, office: Actor) -> None:
    earlier = list(Group.objects.all())
    assert office.user.groups.count() == 1
    assert Site.objects.filter(is_default_site=True).exists()
    assert Page.objects.filter(depth=1).exists()
    assert not connection.in_atomic_block
    # New rows do not take the keys of those that were written again.
    assert Group.objects.create(name="Nouveau").pk not in {item.pk for item in earlier}


@pytest.mark.django_db
def test_everybody_of_the_cast_is_logged_in(
    office: Actor,
    pedagogy: Actor,
    quality: Actor,
    direction: Actor,
    editor: Actor,
    trainer: Actor,
    other_trainer: Actor,
    learner: Actor,
    other_learner: Actor,
    company_contact: Actor,
) -> None:
    cast = [office, pedagogy, quality, direction, editor]
    assert all(actor.user.has_perm("wagtailadmin.access_admin") for actor in cast)
    outside = [trainer, other_trainer, learner, other_learner, company_contact]
    assert not any(actor.user.has_perm("wagtailadmin.access_admin") for actor in outside)
    assert all(actor.person for actor in outside)
