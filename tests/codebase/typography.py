"""French typography: the right spaces and the right apostrophe, in what people read.

A no-break space stands before a colon and inside guillemets, a narrow one before `;`, `!`, `?`;
in templates, an elision takes a typographic apostrophe. Run as a program (`script/format` does),
it fixes templates and the string constants of Python files, docstrings left alone. Apostrophes
of Python files are left too: some are data, as people type them.
"""

import io
import re
import sys
import tokenize
from pathlib import Path

NBSP, NARROW = "\u00a0", "\u202f"
#: What the space follows: the end of a word, of a variable, of a tag.
BEFORE = r"(?<=[\w»)…}>’\]%€°])"
AFTER = r"(?=[\s<.,)\"'&\\]|$)"
DOUBLE = re.compile(f"{BEFORE} ([;!?]){AFTER}")
COLON = re.compile(f"{BEFORE} :{AFTER}")
OPENING = re.compile(r"« ")
CLOSING = re.compile(r"(?<=\S) »")
ELISION = re.compile(
    r"\b([cdjlmnst]|qu|jusqu|lorsqu|puisqu|quelqu|aujourd)'(?=[\wàâéèêîôœ{])", re.IGNORECASE
)
#: Parts of a template that hold no sentence: tags and variables of Django, tags of HTML.
MARKUP = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>)", re.DOTALL)


def fix_spaces(text: str) -> str:
    """The text with the spaces that French wants around its punctuation."""
    text = DOUBLE.sub(rf"{NARROW}\1", text)
    text = COLON.sub(f"{NBSP}:", text)
    text = OPENING.sub(f"«{NBSP}", text)
    return CLOSING.sub(f"{NBSP}»", text)


def fix_template(source: str) -> str:
    """A template, HTML or text."""
    parts = MARKUP.split(source)
    sentences = [part if rank % 2 else ELISION.sub(r"\1’", part) for rank, part in enumerate(parts)]
    return fix_spaces("".join(sentences))


def fix_python(source: str) -> str:
    """A Python file: its string constants, but for docstrings and raw strings."""
    lines = source.splitlines(keepends=True)
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    layout = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.COMMENT}
    for rank in range(len(tokens) - 1, -1, -1):
        token = tokens[rank]
        if token.type != tokenize.STRING or "r" in token.string.split(token.string[-1])[0].lower():
            continue
        alone = tokens[rank + 1].type == tokenize.NEWLINE
        if alone and (rank == 0 or tokens[rank - 1].type in layout - {tokenize.NL}):
            continue  # a docstring
        fixed = fix_spaces(token.string)
        if fixed != token.string:
            (row, start), (last_row, end) = token.start, token.end
            head, tail = lines[row - 1][:start], lines[last_row - 1][end:]
            lines[row - 1 : last_row] = [head + fixed + tail]
    return "".join(lines)


def fix(path: Path) -> str:
    """The content that the file should have."""
    source = path.read_text(encoding="utf-8")
    return fix_python(source) if path.suffix == ".py" else fix_template(source)


def main(names: list[str]) -> None:
    """Fix the files, in place."""
    for path in map(Path, names):
        fixed = fix(path)
        if fixed != path.read_text(encoding="utf-8"):
            path.write_text(fixed, encoding="utf-8")
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
