"""What a photograph says of its origin is taken off; the picture stays."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from core.domain.photographs import refuse_size, without_metadata
from core.exceptions import DomainError
from tests.photos import RIGHT_SIDE_UP, huge_png, photo, png_with_words, says_more

KINDS = ["JPEG", "PNG", "WEBP", "AVIF"]


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_no_longer_says_where_it_was_taken_and_stays_the_right_way_up(kind: str) -> None:
    sent = photo(kind)
    kept = without_metadata(sent)
    assert says_more(kept) == set()
    assert opened(kept).getexif()[0x0112] == RIGHT_SIDE_UP
    assert opened(kept).format == kind
    difference = ImageChops.difference(opened(sent).convert("RGB"), opened(kept).convert("RGB"))
    assert max(ImageStat.Stat(difference).mean) < 3


@pytest.mark.parametrize("kind", KINDS)
def test_what_says_nothing_is_kept_byte_for_byte(kind: str) -> None:
    clean = without_metadata(photo(kind))
    assert without_metadata(clean) is clean


def test_words_hidden_in_a_picture_go() -> None:
    comment = io.BytesIO()
    Image.new("RGB", (9, 9)).save(comment, "JPEG", comment=b"chez moi", xmp=b"<x>gps</x>")
    animation = io.BytesIO()
    first, second = Image.new("P", (9, 9), 1), Image.new("P", (9, 9), 2)
    first.save(animation, "GIF", save_all=True, append_images=[second], comment=b"chez moi")
    for sent in (comment.getvalue(), animation.getvalue(), png_with_words("chez moi")):
        assert b"chez moi" in sent
        kept = without_metadata(sent)
        assert b"chez moi" not in kept
        assert b"gps" not in kept
        assert getattr(opened(kept), "n_frames", 1) == getattr(opened(sent), "n_frames", 1)


def test_the_pictures_that_follow_the_first_go_with_their_words() -> None:
    several = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("teal", "navy")]
    frames[0].save(several, "MPO", save_all=True, append_images=frames[1:])
    assert opened(without_metadata(several.getvalue())).format == "JPEG"


@pytest.mark.parametrize("side", [7_000, 12_000, 20_000])
def test_a_picture_beyond_reason_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(DomainError, match="démesurée"):
        refuse_size(huge_png(side))


def test_what_is_no_picture_is_left_to_whoever_reads_it() -> None:
    assert without_metadata(b"%PDF-1.7") == b"%PDF-1.7"
