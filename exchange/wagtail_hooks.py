"""What the app adds to the Wagtail admin: imports, logs of platforms."""

from wagtail import hooks
from wagtail.admin.menu import MenuItem

from exchange.backoffice import imports, platform_logs


@hooks.register("register_admin_urls")
def register_import_urls() -> list[object]:
    """The screens of imports, and of the logs of platforms."""
    return [*imports.urlpatterns, *platform_logs.urlpatterns]


@hooks.register("register_monitoring_menu_item")
def register_imports_menu_item() -> MenuItem:
    """« Imports », in the menu of monitoring."""
    return imports.menu_item()
