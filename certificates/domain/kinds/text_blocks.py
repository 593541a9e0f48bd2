"""The small marks of a text of the organisation, as blocks that pages and PDFs both lay out."""

from typing import TypedDict


class Block(TypedDict):
    """A title, a paragraph or a list; `lines` has one text, or one per item of the list."""

    kind: str
    lines: list[str]


HEADING = "heading"
PARAGRAPH = "paragraph"
LIST = "list"


def blocks(body: str) -> list[Block]:
    """`## ` begins a title, `- ` an item; a blank line parts paragraphs. Anything else is text."""
    found: list[Block] = []
    is_open = False  # whether a following line still belongs to the last block
    for line in body.replace("\r\n", "\n").split("\n"):
        text = line.strip()
        if not text:
            is_open = False
        elif text.startswith("## "):
            found.append(Block(kind=HEADING, lines=[text[3:].strip()]))
            is_open = False
        elif text.startswith("- "):
            if not (is_open and found and found[-1]["kind"] == LIST):
                found.append(Block(kind=LIST, lines=[]))
            found[-1]["lines"].append(text[2:].strip())
            is_open = True
        elif is_open:
            found[-1]["lines"][-1] += f" {text}"
        else:
            found.append(Block(kind=PARAGRAPH, lines=[text]))
            is_open = True
    return found
