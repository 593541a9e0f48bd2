"""Who gets what at the URLs of the public site and of those who write it.

Another part of the table of `tests/permission_matrix.py`: cooperation content, complaints.
"""

from typing import Any

from django.db.models import Model

from cms.models import LexiconEntry, NewsCategory, Partner, Sector, Theme
from tests.permission_matrix import (
    DIRECTION,
    EDITOR,
    HIDDEN,
    LOGIN,
    OFFICE,
    OK,
    PEDAGOGY,
    QUALITY,
    REFUSED,
    STAFF,
    Line,
    World,
    everybody,
    line,
    records,
    staff,
)

#: A record of each snippet of the site: model, what makes one.
SNIPPETS: dict[str, tuple[type[Model], dict[str, Any], dict[str, Any]]] = {
    "theme": (Theme, {"slug": "essai"}, {"name": "Essai"}),
    "sector": (Sector, {"slug": "essai"}, {"name": "Essai"}),
    "newscategory": (NewsCategory, {"slug": "essai"}, {"name": "Essai"}),
    "lexiconentry": (LexiconEntry, {"term": "Essai"}, {"definition": "<p>Un essai.</p>"}),
    "partner": (Partner, {"name": "Essai"}, {"kind": "network", "role": "Un essai."}),
}


def _snippets(name: str) -> dict[str, Line]:
    """A snippet of the site, a list of records that Wagtail names otherwise."""
    editors = (EDITOR, DIRECTION)
    model, key, values = SNIPPETS[name]

    def pk(world: World) -> Any:
        return model._default_manager.get_or_create(**key, defaults=values)[0].pk

    def one(world: World) -> dict[str, Any]:
        return {"pk": pk(world)}

    usual = records(
        f"wagtailsnippets_cms_{name}",
        pk,
        see=editors,
        add=editors,
        change=editors,
        delete=editors,
    )
    chooser = f"wagtailsnippetchoosers_cms_{name}"
    return {
        **{name.replace(":index", ":list"): line for name, line in usual.items()},
        f"wagtailsnippets_cms_{name}:copy": staff(*editors, arguments=one),
        # What they say is public: anyone who writes in the back office may choose one.
        f"{chooser}:choose": staff(*STAFF),
        f"{chooser}:choose_results": staff(*STAFF),
        f"{chooser}:chosen": staff(*STAFF, arguments=one),
        f"{chooser}:chosen_multiple": staff(*STAFF),
        f"{chooser}:create": staff(*editors),
    }


def _files_api(kind: str) -> dict[str, Line]:
    """The list of pictures or documents from which editors choose."""
    # Nothing of that number: not found, for those who may look.
    not_found = dict.fromkeys(STAFF, REFUSED) | {EDITOR: HIDDEN, DIRECTION: HIDDEN}
    return {
        f"wagtailadmin_api:{kind}:listing": staff(EDITOR, DIRECTION),
        f"wagtailadmin_api:{kind}:detail": line(
            not_found, otherwise=LOGIN, arguments=lambda world: {"pk": 0}
        ),
        f"wagtailadmin_api:{kind}:find": line(not_found, otherwise=LOGIN),
    }


def _page_listing(name: str) -> dict[str, Line]:
    """A flat list of pages of one kind, for those who write pages."""
    return {
        f"{name}:index": staff(EDITOR, DIRECTION),
        f"{name}:index_results": staff(EDITOR, DIRECTION),
        # Wagtail opens it to all, and offers no parent to those who may not write under one.
        f"{name}:choose_parent": staff(*STAFF),
    }


SITE_MATRIX: dict[str, Line] = {
    **_files_api("images"),
    **_files_api("documents"),
    **{key: line for name in SNIPPETS for key, line in _snippets(name).items()},
    **_page_listing("news"),
    **_page_listing("events"),
    **_page_listing("places"),
    "cms:news-feed": everybody(OK),
    "cms:agenda": everybody(OK),
    "cms:event-calendar": everybody(HIDDEN, arguments=lambda world: {"pk": 1}),
    "quality:complaint": everybody(OK),
    **records(
        "complaints",
        lambda world: world.records["complaints"],
        see=(QUALITY, DIRECTION),
        without=("add", "edit", "delete", "usage", "history", "history_results"),
    ),
    "complaints:inspect": staff(
        QUALITY, DIRECTION, arguments=lambda world: {"pk": world.records["complaints"]}
    ),
    "complaints:file": line(
        {
            QUALITY: HIDDEN,  # this complaint came without a file
            DIRECTION: HIDDEN,
            **dict.fromkeys((EDITOR, PEDAGOGY, OFFICE), REFUSED),
        },
        otherwise=LOGIN,
        arguments=lambda world: {"pk": world.records["complaints"]},
    ),
}
