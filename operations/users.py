"""Wagtail's screens of users and groups, with the roles of the product.

`AppConfig` of `wagtail.users`: what Wagtail gives to change the screens of groups and of accounts.
"""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    default = False
    group_viewset = "operations.backoffice.RoleViewSet"
    user_viewset = "operations.backoffice.AccountViewSet"
