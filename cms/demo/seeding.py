"""How the data files of the demonstration become pages."""

import json
import re
import uuid
from pathlib import Path
from typing import Any

from wagtail.models import Page

from accounts.models import User

HERE = Path(__file__).parent
#: In the data files, `<a href="page:lexique">` is a link to the page of that slug.
PAGE_LINK = re.compile(r'<a href="page:([\w-]+)">')


def seeded(page: Any, *, parent: Page, actor: User | None) -> Any:
    """The page of that slug under its parent: the one that stands there, or this one."""
    model = type(page)
    existing = model.objects.child_of(parent).filter(slug=page.slug).first()
    if existing is not None:
        return existing
    page.live = False
    add(page, parent=parent)
    page.save_revision(user=actor).publish(user=actor)
    return model.objects.get(pk=page.pk)


def add(page: Page, *, parent: Page) -> None:
    # The parent is read again: an older copy of it miscounts its children.
    Page.objects.get(pk=parent.pk).add_child(instance=page)


def stream(blocks: list[dict[str, Any]], *, seed: str) -> str:
    """Raw value of a StreamField; ids do not change from one seeding to the next."""
    return json.dumps(
        [
            {
                "type": block["type"],
                "value": linked(block["value"]),
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{seed}/{block['type']}/{rank}")),
            }
            for rank, block in enumerate(blocks, start=1)
        ]
    )


def linked(value: Any) -> Any:
    """Slugs of pages become their numbers, in choosers and in running text."""
    if isinstance(value, list):
        return [linked(item) for item in value]
    if isinstance(value, dict):
        return {
            name: page_number(item) if name == "page" and item else linked(item)
            for name, item in value.items()
        }
    if isinstance(value, str):
        return PAGE_LINK.sub(lambda m: f'<a linktype="page" id="{page_number(m[1])}">', value)
    return value


def page_number(slug: str) -> int:
    return Page.objects.only("pk").get(slug=slug).pk


def read(path: str | Path) -> dict[str, Any]:
    return json.loads((HERE / path).read_text(encoding="utf-8"))
