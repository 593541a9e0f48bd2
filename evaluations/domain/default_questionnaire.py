"""The first satisfaction questionnaire of a new installation; staff change it afterwards."""

from evaluations.enums import QuestionKind

TITLE = "Votre avis sur la formation"
INTRODUCTION = (
    "Trois minutes suffisent. Vos réponses servent à améliorer la formation ; elles sont "
    "étudiées ensemble, avec celles du groupe."
)
#: (question, kind, required). Scores go from 1 (not at all) to 4 (entirely), without a middle.
QUESTIONS: tuple[tuple[str, str, bool], ...] = (
    ("Les objectifs de la formation étaient clairs.", QuestionKind.SCALE, True),
    ("Le contenu répondait à mes attentes et à mon travail.", QuestionKind.SCALE, True),
    (
        "La personne qui formait expliquait bien et écoutait le groupe.",
        QuestionKind.SCALE,
        True,
    ),
    ("Le rythme me convenait.", QuestionKind.SCALE, True),
    ("La salle, ou la plateforme à distance, convenait.", QuestionKind.SCALE, True),
    (
        "L’organisation était bonne : informations reçues, horaires, contacts.",
        QuestionKind.SCALE,
        True,
    ),
    (
        "Si j’avais besoin d’un aménagement, il a été mis en place (sans besoin : ne répondez "
        "pas).",
        QuestionKind.SCALE,
        False,
    ),
    (
        "Recommanderiez-vous cette formation, de 0 (pas du tout) à 10 (tout à fait) ?",
        QuestionKind.RECOMMENDATION,
        True,
    ),
    (
        "Qu’avez-vous le plus apprécié, et que faudrait-il améliorer ?",
        QuestionKind.TEXT,
        False,
    ),
)
