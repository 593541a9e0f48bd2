"""What helps those who write pages: a sentence under every field, an example of every block."""

from collections.abc import Iterator
from typing import Any

import pytest

from django.urls import reverse

from wagtail import blocks
from wagtail.models import get_page_models
from wagtail.snippets.models import get_snippet_models

from cms.blocks import BODY_BLOCKS
from tests.cast import Actor
from tests.cms.pages import open_catalogue
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
MODELS = [
    model for model in [*get_page_models(), *get_snippet_models()] if model._meta.app_label == "cms"
]


def fields_of(block: blocks.Block, path: str) -> Iterator[tuple[str, Any]]:
    """Every field that an editor fills in a block, however deep."""
    if isinstance(block, blocks.BaseStreamBlock | blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            yield from fields_of(child, f"{path}.{name}")
    elif isinstance(block, blocks.ListBlock):
        yield from fields_of(block.child_block, path)
    else:
        yield path, block


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_says_what_is_expected(model: type[Any]) -> None:
    silent = [
        field.name
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if field.editable and not field.auto_created and not field.primary_key
        if not field.help_text and not (field.remote_field and field.remote_field.parent_link)
    ]
    assert silent == []


def test_every_field_of_a_block_says_what_is_expected() -> None:
    # A block that is one field has its description instead.
    silent = [
        path
        for name, block in BODY_BLOCKS
        for path, field in fields_of(block, name)
        if "." in path and not field.field.help_text
    ]
    assert silent == []


@pytest.mark.parametrize(("name", "block"), BODY_BLOCKS, ids=[name for name, _b in BODY_BLOCKS])
def test_a_block_is_shown_to_editors_in_the_style_of_the_site(
    name: str, block: blocks.Block, editor: Actor
) -> None:
    OrganisationFactory()
    open_catalogue()
    assert block.meta.description
    assert block.is_previewable
    url = reverse("wagtailadmin_block_preview")
    answer = editor.get(url, {"id": block.definition_prefix})
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "css/pages.css" in html
    assert "noindex" in html
    example = block.get_preview_value()
    # Without any document in the library there is nothing to show of one.
    if name != "document" and isinstance(example, dict) and example.get("title"):
        assert str(example["title"]) in html
