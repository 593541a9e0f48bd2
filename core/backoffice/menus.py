"""The four menus of staff. Each app adds its own entries: `menu_hook` and `menu_order` of a
viewset, or a menu item registered on the hook."""

from wagtail.admin.menu import Menu, SubmenuMenuItem

TRAINING = "register_training_menu_item"
PEOPLE = "register_people_menu_item"
MONITORING = "register_monitoring_menu_item"
ORGANISATION = "register_organisation_menu_item"


def training_menu() -> SubmenuMenuItem:
    """What happens: sessions, enrolments, half-days."""
    return _menu(TRAINING, label="Formation", name="training", icon="date", order=10)


def people_menu() -> SubmenuMenuItem:
    """Who it happens to, and with whom."""
    return _menu(PEOPLE, label="Personnes", name="people", icon="group", order=20)


def monitoring_menu() -> SubmenuMenuItem:
    """What runs by itself and what is kept of it: messages, jobs, imports, the journal."""
    return _menu(MONITORING, label="Suivi", name="monitoring", icon="tasks", order=40)


def organisation_menu() -> SubmenuMenuItem:
    """What is set once."""
    return _menu(ORGANISATION, label="Organisme", name="organisation", icon="cogs", order=800)


def _menu(hook: str, *, label: str, name: str, icon: str, order: int) -> SubmenuMenuItem:
    return SubmenuMenuItem(
        label=label,
        menu=Menu(register_hook_name=hook),
        name=name,
        icon_name=icon,
        order=order,
    )
