"""The public form of a session."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import throttle
from accounts.requests import is_read_by
from core.decorators import personal_page
from core.exceptions import DomainError
from core.models import Organisation
from portal.forms.enrolment import EnrolmentForm
from portal.timetable import days_of
from training.domain import access, session_guards
from training.domain.enrolments import address_confirmations, requests, seats
from training.enums import EnrolmentState
from training.exceptions import SessionFull
from training.models import TrainingSession

TOO_MANY = (
    "Trop de demandes sont parties de votre connexion depuis une heure. Réessayez plus tard, ou "
    "écrivez-nous : nous vous inscrirons."
)


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, code: str) -> HttpResponse:
    """Facts of the session, what is kept and why, and the form.

    The answer to a sent form is a redirection, the same whether the person was known or not.
    """
    session = _public_session(code)
    if request.method != "POST":
        return _page(request, session, EnrolmentForm(session=session))

    form = EnrolmentForm(request.POST, session=session)
    if not form.is_valid():
        form.empty_trap()
        return _page(request, session, form)
    if not throttle.take(request, action="enrol", limit=settings.ENROLMENTS_PER_HOUR):
        form.add_error(None, TOO_MANY)
        response = _page(request, session, form, status=429)
        response["Retry-After"] = str(throttle.HOUR)
        return response
    confirmed = is_read_by(request, form.cleaned_data["email"])
    try:
        outcome = requests.submit(
            session=session,
            request=form.to_request(),
            join_waiting_list="waiting_list" in request.POST,
            address_is_confirmed=confirmed,
        )
    except SessionFull as refusal:
        return _page(request, session, form, status=409, refusal=refusal)
    except DomainError as refusal:  # closed or begun since the page was opened
        return _closed(request, session, refusal)
    return _done(session, confirmed=confirmed, waitlisted=outcome.waitlisted)


@personal_page
@require_safe
def enrol_done(request: HttpRequest, code: str) -> HttpResponse:
    """What happens next. Says nothing of who is enrolled: anybody may open this address."""
    return render(
        request,
        "portal/enrol_done.html",
        {
            "session": _public_session(code),
            "organisation": Organisation.load(),
            "waitlisted": "liste-attente" in request.GET,
            "confirmed": "confirmee" in request.GET or "liste-attente" in request.GET,
        },
    )


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A person confirms the address of their request, by a button: programs that read mails open
    every link. Raises Http404 for a link that is unknown or out of date."""
    found = address_confirmations.find(token)
    if found is None:
        raise Http404
    session, refusal = found.enrolment.session, None
    if request.method == "POST":
        try:
            enrolment = address_confirmations.confirm(confirmation=found)
        except DomainError as error:
            refusal = error
        else:
            waits = enrolment.state == EnrolmentState.WAITLISTED
            return _done(session, confirmed=True, waitlisted=waits)
    return render(
        request,
        "portal/enrol_confirm.html",
        {"session": session, "organisation": Organisation.load(), "refusal": refusal},
        status=409 if refusal else 200,
    )


def _done(session: TrainingSession, *, confirmed: bool, waitlisted: bool) -> HttpResponse:
    """What happens next: the same whether the person was known or not."""
    done = reverse("portal:enrol-done", args=[session.code])
    if not confirmed:
        return redirect(done)
    return redirect(f"{done}?{'liste-attente' if waitlisted else 'confirmee'}")


def _public_session(code: str) -> TrainingSession:
    """A session ever open to the public, over or not. Raises Http404."""
    session = access.session_once_public(code)
    if session is None:
        raise Http404
    return session


def _closed(request: HttpRequest, session: TrainingSession, why: DomainError) -> HttpResponse:
    return render(
        request,
        "portal/enrol_closed.html",
        {"session": session, "why": why, "organisation": Organisation.load()},
        status=410,
    )


def _page(
    request: HttpRequest,
    session: TrainingSession,
    form: EnrolmentForm,
    *,
    status: int = 200,
    refusal: SessionFull | None = None,
) -> HttpResponse:
    """The form, or why there is none: what is shown is checked here, what is sent in the domain."""
    if closed := session_guards.why_closed(session):
        return _closed(request, session, closed)
    days = days_of(session.half_days.counting().select_related("venue", "session__venue"))
    return render(
        request,
        "portal/enrol.html",
        {
            "session": session,
            "content": session.programme_version.content,
            "days": days,
            "dates": [day.date for day in days],
            "seats_left": 0 if refusal else seats.count(session).open,
            "form": form,
            "refusal": refusal,
            "organisation": Organisation.load(),
        },
        status=status,
    )
