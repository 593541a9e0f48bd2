"""The page of what a background job makes: how far it is, then what it gave."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.enums import JobState
from core.models import Job


class JobPageMixin(WagtailAdminTemplateMixin):
    """A page that asks again every two seconds while its job is under way, then shows the result.

    Its template extends `core/backoffice/job_page.html` and includes
    `core/backoffice/job_under_way.html` while `is_under_way`. A subclass writes `get_job`,
    `is_under_way`, `get_page_url`, and says in words what is being done.
    """

    progress_template_name = "core/backoffice/job_progress.html"
    #: « Émission en cours ».
    progress_words = ""
    #: « L’émission s’est arrêtée. »
    stopped_words = ""
    #: What the job counts: « document ».
    progress_unit = ""
    retry_label = "Reprendre"

    # --- To write in subclasses -------------------------------------------------------------------

    def get_job(self) -> Job | None:
        """The job that makes it; None when it was lost."""
        raise NotImplementedError

    def is_under_way(self) -> bool:
        """Whether the result is still awaited."""
        raise NotImplementedError

    def get_page_url(self) -> str:
        """The URL of this page."""
        raise NotImplementedError

    def get_words(self) -> tuple[str, str]:
        """What is being done, and the sentence that says that it stopped."""
        return self.progress_words, self.stopped_words

    def get_retry_url(self) -> str:
        """Where a POST starts the job again; empty for who may not."""
        return ""

    def get_result_context(self) -> dict[str, Any]:
        """What the page needs besides the progress."""
        return {}

    # --- The page ---------------------------------------------------------------------------------

    def has_stopped(self, job: Job | None) -> bool:
        """Whether nothing works on the result any more."""
        return job is None or job.state == JobState.FAILED

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        job = self.get_job()
        is_under_way = self.is_under_way()
        is_fragment = request.htmx  # type: ignore[attr-defined]
        if is_fragment and not is_under_way:
            return HttpResponse(headers={"HX-Refresh": "true"})
        context: dict[str, Any] = {"job": job, "is_under_way": is_under_way}
        if is_under_way:
            has_failed = self.has_stopped(job)
            progress_words, stopped_words = self.get_words()
            context |= {
                "has_failed": has_failed,
                "progress_words": progress_words,
                "stopped_words": stopped_words,
                "progress_unit": self.progress_unit,
                "page_url": self.get_page_url(),
                "retry_url": self.get_retry_url() if has_failed else "",
                "retry_label": self.retry_label,
            }
        if is_fragment:
            return TemplateResponse(request, self.progress_template_name, context)
        return self.render_to_response(
            self.get_context_data(**context, **self.get_result_context())
        )
