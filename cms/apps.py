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
        from cms.models import CoursePage

        # Here and not in the model, which stands below the forms.
        CoursePage.base_form_class = CoursePageForm
        roles.declare()
