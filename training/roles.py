"""What each role of staff may do with people, programmes, sessions and enrolments."""

from core.registry import EVERYDAY_ROLES, Role, grant, grant_models

RECORDS = [
    "adaptation",
    "agreement",
    "attendancemark",
    "company",
    "contact",
    "enquiry",
    "enrolment",
    "enrolmenthalfday",
    "funder",
    "fundingline",
    "halfday",
    "learner",
    "programme",
    "programmeversion",
    "remoteactivity",
    "sessiongroup",
    "trainer",
    "trainerassignment",
    "trainingsession",
    "venue",
]


def declare() -> None:
    """Register the permissions of the app."""
    grant_models("training", RECORDS, ["view"], to=EVERYDAY_ROLES)
    grant_models(
        "training",
        ["agreement", "company", "contact", "enrolment", "funder", "fundingline", "learner"],
        ["add", "change"],
        to=[Role.OFFICE, Role.DIRECTION],
    )
    grant_models(
        "training",
        [
            "enquiry",
            "enrolmenthalfday",
            "halfday",
            "programme",
            "sessiongroup",
            "trainer",
            "trainerassignment",
            "trainingsession",
            "venue",
        ],
        ["add", "change"],
        to=[Role.OFFICE, Role.PEDAGOGY, Role.DIRECTION],
    )
    grant_models("training", ["adaptation"], ["add", "change"], to=[Role.PEDAGOGY, Role.DIRECTION])
    grant(
        ["training.operate_trainingsession", "training.operate_enrolment"],
        to=[Role.OFFICE, Role.DIRECTION],
    )
    grant(["training.operate_trainingsession"], to=[Role.PEDAGOGY])
