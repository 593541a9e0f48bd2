"""What the choosers of the back office read about pictures and documents.

Wagtail's own answers any member of staff with every file, those of private collections included.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.permissions import permission_policy as documents_policy
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.permissions import permission_policy as images_policy

#: Who does any of these with the files of a collection may read their list.
RIGHTS = ["choose", "add", "change", "delete"]


class _ChosenByRole:
    """Files that the user may choose, in the collections where they may."""

    policy: Any
    request: Any

    def get_queryset(self) -> QuerySet[Any]:
        if not self.policy.user_has_any_permission(self.request.user, RIGHTS):
            raise PermissionDenied
        found: QuerySet[Any] = super().get_queryset()  # type: ignore[misc]
        return found.filter(
            pk__in=self.policy.instances_user_has_any_permission_for(
                self.request.user, RIGHTS
            ).values("pk")
        )


class DocumentsOfRole(_ChosenByRole, DocumentsAdminAPIViewSet):
    policy = documents_policy


class ImagesOfRole(_ChosenByRole, ImagesAdminAPIViewSet):
    policy = images_policy


def close(router: WagtailAPIRouter) -> None:
    """Put ours in the place of Wagtail's, under the same names."""
    router.register_endpoint("documents", DocumentsOfRole)
    router.register_endpoint("images", ImagesOfRole)
