"""What each role of staff may do with the records of the domain."""

from training.registry import Role, grant, grant_models

VIEWERS = [Role.OFFICE, Role.PEDAGOGY, Role.QUALITY, Role.DIRECTION]
RECORDS = [
    "adaptation",
    "agreement",
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
    "sessiongroup",
    "trainer",
    "trainerassignment",
    "trainingsession",
    "venue",
]
EVIDENCE = [
    "attendanceevent",
    "attendancemark",
    "chainanchor",
    "halfdaylock",
    "importbatch",
    "job",
    "journalentry",
    "message",
    "objectiveassessment",
    "organisation",
    "paperscan",
    "questionnaire",
    "remoteactivity",
    "remoteactivitydone",
    "response",
    "rulesetting",
    "signatory",
]


def declare() -> None:
    """Register the permissions of the domain."""
    grant(["wagtailadmin.access_admin"], to=Role)
    grant_models("training", RECORDS + EVIDENCE, ["view"], to=VIEWERS)
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
        [
            "training.operate_trainingsession",
            "training.operate_enrolment",
            "training.commit_importbatch",
            "training.add_importbatch",
        ],
        to=[Role.OFFICE, Role.DIRECTION],
    )
    grant(["training.operate_trainingsession"], to=[Role.PEDAGOGY])
    grant_models(
        "training",
        ["organisation", "rulesetting", "signatory"],
        ["add", "change"],
        to=[Role.DIRECTION],
    )
    grant_models("training", ["questionnaire"], ["add", "change"], to=[Role.QUALITY])
    grant_models("training", ["absenceground"], ["view"], to=VIEWERS)
    grant_models("training", ["absenceground"], ["add", "change"], to=[Role.DIRECTION])
    grant(
        ["training.view_absencefollowup", "training.operate_absencefollowup"],
        to=[Role.OFFICE, Role.PEDAGOGY, Role.DIRECTION],
    )
    # The document itself may speak of health: whoever checks it, and nobody else.
    grant(["training.view_absencedocument"], to=[Role.OFFICE, Role.DIRECTION])
