"""Rights of staff are asked for in one way, which knows what the session showed."""

import ast

from tests.codebase.sources import name_of, nodes, python_files

#: The user of a request has no right before the second factor (`User.has_perm`). What looks at
#: groups or at the superuser themselves would go round that: outside the back office, no one does.
AROUND = {
    "is_superuser",
    "belongs_to_staff",
    "user_permissions",
    "get_all_permissions",
    "get_group_permissions",
    "get_user_permissions",
}
#: Where that is right, and why.
ALLOWED = {
    "accounts/second_factor.py": "who has to show a factor",
    "accounts/staff_sessions.py": "whose session ends early",
    "accounts/adapters.py": "where a login leads: to the page that asks for the factor",
    "portal/views/home.py": "shows the link to the back office, which asks for it",
    "training/domain/accounts.py": "whose address is not changed from a record: another account",
}


def test_outside_the_back_office_no_code_goes_round_the_second_factor() -> None:
    found = {
        name_of(path)
        for path in python_files(product_only=True)
        if "/backoffice" not in f"/{name_of(path)}" and "/migrations/" not in name_of(path)
        for item in nodes(path, ast.Attribute)
        if item.attr in AROUND
    }
    assert found == set(ALLOWED)
