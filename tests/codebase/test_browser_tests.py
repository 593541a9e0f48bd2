"""Tests in a browser wait for what an action leads to: what is read once may be the page before."""

import re
from pathlib import Path

from tests.codebase.sources import name_of, python_files

#: What may open a page or start a script; a check of a box is answered by style alone.
ACTS = re.compile(r"""\.(click|tap|dispatch_event)\(|\.press\("Enter"\)|^\s+send\(""")
WAITS = re.compile(r"wait_for|expect|\.(goto|reload)\(|\b(visit|_?until)\(")
READS = re.compile(
    r"\bassert\b.*(\.(is_visible|is_hidden|inner_text|text_content|input_value|count|evaluate"
    r"|get_attribute|all_inner_texts|content)\(|\b(page|phone|screen)\.url\b)"
)
#: The page is the subject of the sentence: a count of rows of the database is not read in it.
IN_THE_DATABASE = re.compile(r"\.objects\b")


def read_too_early(source: str) -> list[str]:
    """The lines that read the page once, where nothing was waited for since the last action."""
    found, is_acting = [], False
    for number, line in enumerate(source.splitlines(), 1):
        if line.lstrip().startswith("def ") or WAITS.search(line):
            is_acting = False
        elif ACTS.search(line):
            is_acting = True
        elif is_acting and READS.search(line) and not IN_THE_DATABASE.search(line):
            found.append(f"{number}: {line.strip()}")
    return found


def test_the_check_sees_what_is_read_too_early():
    acts = 'def test_it(page):\n    page.get_by_role("button").click()\n'
    reads = '    assert page.get_by_text("Merci").is_visible()\n'
    assert read_too_early(acts + reads)
    assert read_too_early(acts + '    assert "merci" in page.url\n')
    assert not read_too_early(acts + '    page.get_by_text("Merci").wait_for()\n' + reads)
    assert not read_too_early(acts + "    assert Enrolment.objects.count() == 1\n")


def test_nothing_of_a_page_is_read_before_it_has_come():
    faults = {
        name: found
        for path in python_files()
        if (name := name_of(path)).startswith("tests/")
        and name != name_of(Path(__file__))
        and (found := read_too_early(path.read_text()))
    }
    assert not faults
