"""What people read follows the rules of French typography."""

import pytest

from tests.codebase.sources import ROOT, name_of, project_files, python_files
from tests.codebase.typography import NARROW, NBSP, fix, fix_python, fix_template


def test_templates_and_sentences_of_the_code_are_well_set() -> None:
    templates = [
        path
        for path in project_files()
        if path.is_relative_to(ROOT / "templates") and path.suffix in {".html", ".txt"}
    ]
    faulty = [
        name_of(path)
        for path in templates + python_files(product_only=True)
        if fix(path) != path.read_text(encoding="utf-8")
    ]
    assert not faulty, "script/format fixes them"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Qui ? Vous !", f"Qui{NARROW}? Vous{NARROW}!"),
        ("{{ name }} : {{ age }}", f"{{{{ name }}}}{NBSP}: {{{{ age }}}}"),
        ("« Oui » ; non", f"«{NBSP}Oui{NBSP}»{NARROW}; non"),
        ("<p>l'office d'ici</p>", "<p>l’office d’ici</p>"),
        ("<a title='L'>S'inscrire</a>", "<a title='L'>S’inscrire</a>"),
        ("{% if a == 'd' %}x{% endif %}", "{% if a == 'd' %}x{% endif %}"),
        ('<script type="application/ld+json">{"a" : 1}</script>', None),
    ],
)
def test_a_template_is_fixed(source: str, expected: str | None) -> None:
    assert fix_template(source) == (expected or source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('x = "Qui ?"\n', f'x = "Qui{NARROW}?"\n'),
        ('x = f"l\'heure : {h}"\n', f'x = f"l\'heure{NBSP}: {{h}}"\n'),
        ('def f():\n    """Who ? « This »."""\n', None),
        ('x = r"a ?"\n', None),
        ("x = y if z else {a : b}  # a ? b ; c\n", None),
        ('x = ("Un",\n     "Deux ;")\n', f'x = ("Un",\n     "Deux{NARROW};")\n'),
    ],
)
def test_a_python_file_is_fixed(source: str, expected: str | None) -> None:
    assert fix_python(source) == (expected or source)
