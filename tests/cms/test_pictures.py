"""Pictures and documents of the site: how they arrive, and who may list or read them."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupCollectionPermission,
    UploadedFile,
)
from wagtail.users.models import UserProfile

from core.registry import Role
from tests.cast import Actor
from tests.photos import RIGHT_SIDE_UP, huge_png, photo, says_more

pytestmark = [
    pytest.mark.django_db,
    # 2026-11-28: Wagtail 7.4 leaves the temporary files of renditions to the garbage collector.
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile"),
]

ROOT_COLLECTION = 1


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def sent(content: bytes, name: str = "salle.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def stored(file: Any) -> bytes:
    """The bytes that the storage has for a file of a record."""
    with file.storage.open(file.name) as opened:
        return bytes(opened.read())


def status(actor: Actor, path: str) -> int:
    answer = actor.get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)  # to the end, where the file is closed
    return int(answer.status_code)


def add(actor: Actor, file: SimpleUploadedFile) -> Any:
    form = {"title": "La salle", "file": file, "collection": ROOT_COLLECTION}
    return actor.post(reverse("wagtailimages:add"), form)


def add_several(actor: Actor, file: SimpleUploadedFile) -> Any:
    form = {"title": "La salle", "files[]": file, "collection": ROOT_COLLECTION}
    return actor.post(reverse("wagtailimages:add_multiple"), form)


def add_from_chooser(actor: Actor, file: SimpleUploadedFile) -> Any:
    form = {
        "image-chooser-upload-title": "La salle",
        "image-chooser-upload-file": file,
        "image-chooser-upload-collection": ROOT_COLLECTION,
    }
    return actor.post(reverse("wagtailimages_chooser:create"), form)


DOORS = [add, add_several, add_from_chooser]


@pytest.mark.parametrize("door", DOORS)
def test_a_photo_is_kept_without_its_place_whatever_the_form(editor: Actor, door: Any) -> None:
    answer = door(editor, sent(photo()))
    assert answer.status_code in {200, 302}
    image = Image.objects.get()
    content = stored(image.file)
    assert says_more(content) == set()
    assert image.file_size == len(content)
    # Renditions still turn it the right way up.
    with Pillow.open(io.BytesIO(content)) as kept:
        assert kept.getexif()[0x0112] == RIGHT_SIDE_UP
    rendition = image.get_rendition("width-30")
    rendition.file.close()
    assert (rendition.width, rendition.height) == (30, 45)
    assert says_more(stored(rendition.file)) == set()


def test_a_photo_that_replaces_another_is_kept_without_its_place(editor: Actor) -> None:
    add(editor, sent(photo("PNG"), "salle.png"))
    image = Image.objects.get()
    form = {"title": "La salle", "file": sent(photo()), "collection": ROOT_COLLECTION}
    editor.post(reverse("wagtailimages:edit", args=[image.pk]), form)
    image.refresh_from_db()
    assert image.file.name.endswith(".jpg")
    assert says_more(stored(image.file)) == set()


def test_a_photo_that_no_form_has_seen_is_kept_without_its_place() -> None:
    image = Image.objects.create(title="La salle", file=sent(photo()))
    waiting = UploadedFile.objects.create(file=sent(photo()))
    other = Image(title="La salle")
    other.file.save("salle.jpg", sent(photo()), save=False)
    for kept in (image.file, waiting.file, other.file):
        assert says_more(stored(kept)) == set()


def test_originals_are_not_served(editor: Actor, anonymous: Actor) -> None:
    add(editor, sent(photo()))
    image = Image.objects.get()
    assert image.file.url.startswith("/media/original_images/")
    for actor in (anonymous, editor):
        assert status(actor, image.file.url) == 404
    rendition = image.get_rendition("width-30")
    rendition.file.close()
    assert status(anonymous, rendition.url) == 200


@pytest.mark.parametrize("side", [7_000, 12_000, 16_000, 30_000])
@pytest.mark.parametrize("door", DOORS)
def test_a_picture_beyond_reason_is_refused_with_a_sentence(
    editor: Actor, door: Any, side: int
) -> None:
    answer = door(editor, sent(huge_png(side), "salle.png"))
    assert answer.status_code == 200
    content = answer.content.decode()
    words = json.dumps(json.loads(content), ensure_ascii=False) if content[0] == "{" else content
    assert "Cette image est démesurée" in words
    assert not Image.objects.exists()


def test_a_drawing_that_may_carry_a_script_is_refused(editor: Actor) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for name in ("dessin.svg", "dessin.png", "dessin.html"):
        for door in DOORS:
            door(editor, sent(drawing, name))
    assert not Image.objects.exists()


def test_the_name_of_a_file_leads_nowhere(editor: Actor, media: Path) -> None:
    add(editor, sent(photo(), "../../mal.jpg"))
    assert Path(Image.objects.get().file.path).parent == media / "original_images"


def test_a_user_of_the_back_office_gives_no_portrait(editor: Actor) -> None:
    address = reverse("wagtailadmin_account")
    assert 'type="file"' not in editor.get(address).content.decode()
    editor.post(address, {"avatar-avatar": sent(photo())})
    assert not UserProfile.objects.exclude(avatar="").exists()


def put_in(collection: Collection) -> Document:
    return Document.objects.create(
        title="Budget 2027",
        file=SimpleUploadedFile("budget-2027.pdf", b"%PDF-1.7 PRIVATE"),
        collection=collection,
    )


@pytest.fixture
def confidential(db: None) -> Document:
    """A document of a collection that only users read."""
    collection = Collection.get_first_root_node().add_child(name="Confidentiel")
    CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.LOGIN
    )
    return put_in(collection)


def test_a_document_of_a_private_collection_has_one_door(
    anonymous: Actor, learner: Actor, confidential: Document
) -> None:
    assert status(anonymous, confidential.url) == 302
    assert status(learner, confidential.url) == 200
    for path in (
        confidential.file.url,
        "/media/images/../documents/budget-2027.pdf",
        "/media/images/%2e%2e/documents/budget-2027.pdf",
        "/media/original_images/../documents/budget-2027.pdf",
    ):
        assert status(anonymous, path) == status(learner, path) == 404


def listed(actor: Actor, kind: str) -> tuple[int, list[str]]:
    answer = actor.get(f"/gestion/api/main/{kind}/")
    if answer.status_code != 200:
        return answer.status_code, []
    return 200, [item["title"] for item in answer.json()["items"]]


@pytest.mark.parametrize("role", ["office", "pedagogy", "quality"])
@pytest.mark.parametrize("kind", ["documents", "images"])
def test_roles_without_files_do_not_list_them(
    request: pytest.FixtureRequest, confidential: Document, role: str, kind: str
) -> None:
    actor = request.getfixturevalue(role)
    Image.objects.create(title="La salle", file=sent(photo()))
    status, titles = listed(actor, kind)
    assert (status in {302, 403}, titles) == (True, [])
    pk = confidential.pk if kind == "documents" else Image.objects.get().pk
    assert actor.get(f"/gestion/api/main/{kind}/{pk}/").status_code in {302, 403, 404}
    assert actor.get(f"/gestion/api/main/{kind}/find/?id={pk}").status_code in {302, 403, 404}


def test_editors_list_the_files_of_their_collections(editor: Actor, confidential: Document) -> None:
    assert listed(editor, "documents") == (200, ["Budget 2027"])
    Image.objects.create(title="La salle", file=sent(photo()))
    assert listed(editor, "images") == (200, ["La salle"])


def test_a_composed_role_lists_the_collection_where_it_may_choose(
    quality: Actor, confidential: Document
) -> None:
    shared = put_in(Collection.get_first_root_node().add_child(name="Partagé"))
    Document.objects.filter(pk=shared.pk).update(title="Charte")
    group = Group.objects.create(name="Documentation")
    GroupCollectionPermission.objects.create(
        group=group,
        collection=shared.collection,
        permission=Permission.objects.get(codename="choose_document"),
    )
    quality.user.groups.add(group)
    assert listed(quality, "documents") == (200, ["Charte"])
    assert Role.QUALITY.label != group.name
