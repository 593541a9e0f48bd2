"""One questionnaire as a form: a field per question, whatever the questions are."""

from typing import Any

from django import forms

from core.forms import fields
from evaluations.domain.questionnaires import RANGES, TEXT_MAX_LENGTH
from evaluations.enums import QuestionKind
from evaluations.exceptions import AnswersRefused
from evaluations.models import Question, Questionnaire

SCALE_WORDS = {
    1: "Pas du tout d’accord",
    2: "Plutôt pas d’accord",
    3: "Plutôt d’accord",
    4: "Tout à fait d’accord",
}


class QuestionnaireForm(forms.Form):
    """The answers of one person; `answers` gives them as the domain wants them."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.questions = {f"q{item.pk}": item for item in questionnaire.questions.all()}
        for name, question in self.questions.items():
            self.fields[name] = _field(question)

    def answers(self) -> dict[int, int | str]:
        """Answers by question id, those left empty apart."""
        given = {self.questions[name].pk: value for name, value in self.cleaned_data.items()}
        return {pk: value for pk, value in given.items() if value not in (None, "")}

    def refuse(self, refusal: AnswersRefused) -> None:
        """Tie the refusals of the domain to their questions."""
        for pk, sentence in refusal.errors.items():
            self.add_error(f"q{pk}" if f"q{pk}" in self.fields else None, sentence)


def _field(question: Question) -> forms.Field:
    common: dict[str, Any] = {"label": question.text, "required": question.required}
    if question.kind == QuestionKind.TEXT:
        return fields.LinesField(
            widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
            max_length=TEXT_MAX_LENGTH,
            error_messages={
                "required": "Écrivez une réponse.",
                "max_length": f"Ce texte est trop long : {TEXT_MAX_LENGTH} caractères au plus.",
            },
            **common,
        )
    lowest, highest = RANGES[question.kind]
    words = SCALE_WORDS if question.kind == QuestionKind.SCALE else {}
    choices = [(value, words.get(value, str(value))) for value in range(lowest, highest + 1)]
    return forms.TypedChoiceField(
        choices=choices,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect(attrs={"class": "in-a-row" if not words else "in-a-column"}),
        error_messages={
            "required": "Choisissez une réponse.",
            "invalid_choice": "Choisissez une réponse de la liste.",
        },
        **common,
    )
