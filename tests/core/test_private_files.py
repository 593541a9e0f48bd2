"""Files that people hand in: what a phone sends, and what it is answered."""

from collections.abc import Callable, Iterator

import pytest

from django import forms
from django.urls import get_resolver

from core.domain.pictures import prepare
from core.domain.private_files import checked_type
from core.exceptions import DomainError

HEIC = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + b"\0" * 60


@pytest.mark.parametrize("look", [checked_type, prepare])
@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"msf1"])
def test_a_photograph_that_others_cannot_open_is_refused_with_what_to_do(
    look: Callable[[bytes], object], brand: bytes
):
    with pytest.raises(DomainError) as refusal:
        look(HEIC.replace(b"ftypheic", b"ftyp" + brand))
    for word in ("iPhone", "Le plus compatible", "Android", "capture d’écran"):
        assert word in refusal.value.message


def all_subclasses(form: type) -> Iterator[type[forms.BaseForm]]:
    for child in form.__subclasses__():
        yield child
        yield from all_subclasses(child)


def test_an_iphone_converts_its_photographs_for_every_form_that_takes_pictures():
    # Only when the kinds taken are named one by one, without HEIC: Safari sends a JPEG then.
    assert get_resolver().url_patterns  # every form is read
    accepted = {
        f"{form.__module__}.{form.__name__}": field.widget.attrs.get("accept", "")
        for form in set(all_subclasses(forms.BaseForm))
        if form.__module__.partition(".")[0] in {"attendance", "core", "portal", "quality"}
        for field in form.base_fields.values()
        if isinstance(field, forms.FileField)
    }
    assert {"attendance.forms.absences.AbsenceDocumentForm", "attendance.forms.paper.ScanForm"} <= (
        set(accepted)
    )
    for name, kinds in accepted.items():
        assert kinds, name
        assert "heic" not in kinds, name
        assert "image/*" not in kinds, name
