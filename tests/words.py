"""Texts compared as a person reads them."""

import html


class Words(str):
    """A text compared without regard to the kind of its spaces, no-break ones included."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __contains__(self, other: str) -> bool:  # type: ignore[override]
        return super().__contains__(plain(other))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and super().__eq__(plain(other))

    def startswith(self, prefix: str) -> bool:  # type: ignore[override]
        return super().startswith(plain(prefix))


def plain(text: str) -> str:
    """The text with plain spaces, one at a time, and its entities read."""
    return " ".join(html.unescape(text).split())
