"""Django application of the public site."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Site public"

    def ready(self) -> None:
        from cms import (  # noqa: F401 they register, or act when imported
            dated_rules,
            journal_verbs,
            receivers,
            roles,
        )
        from cms.demo import site  # noqa: F401 registers its step
        from cms.forms.course_page import CoursePageForm
        from cms.forms.pages import SitePageForm
        from cms.models import CoursePage
        from cms.models.base import SitePage

        # Here and not in the models, which stand below the forms.
        SitePage.base_form_class = SitePageForm
        CoursePage.base_form_class = CoursePageForm
        roles.declare()
