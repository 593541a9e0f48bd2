"""Closed lists of the domain: states, kinds, and the moves allowed between states."""

from django.db import models

from training.absence_enums import ABSENCE_DOCUMENT_TRANSITIONS as ABSENCE_DOCUMENT_TRANSITIONS
from training.absence_enums import ABSENCE_TRANSITIONS as ABSENCE_TRANSITIONS
from training.attendance_enums import AbsenceReason as AbsenceReason
from training.attendance_enums import AttendanceKind as AttendanceKind
from training.attendance_enums import AttendanceMethod as AttendanceMethod
from training.attendance_enums import AttendanceState as AttendanceState


class SessionState(models.TextChoices):
    """Life of a training session. « In progress » is computed from the half-days, never stored."""

    DRAFT = "draft", "Brouillon"
    OPEN = "open", "Ouverte"
    CONFIRMED = "confirmed", "Confirmée"
    COMPLETED = "completed", "Terminée"
    ARCHIVED = "archived", "Archivée"
    CANCELLED = "cancelled", "Annulée"


SESSION_TRANSITIONS: dict[str, frozenset[str]] = {
    SessionState.DRAFT: frozenset(
        {SessionState.OPEN, SessionState.CONFIRMED, SessionState.CANCELLED}
    ),
    SessionState.OPEN: frozenset({SessionState.CONFIRMED, SessionState.CANCELLED}),
    SessionState.CONFIRMED: frozenset({SessionState.COMPLETED, SessionState.CANCELLED}),
    SessionState.COMPLETED: frozenset({SessionState.ARCHIVED, SessionState.CONFIRMED}),
    SessionState.ARCHIVED: frozenset(),
    SessionState.CANCELLED: frozenset(),
}


class EnrolmentState(models.TextChoices):
    """Life of an enrolment, from the request to the end of the session."""

    REQUESTED = "requested", "Demandée"
    WAITLISTED = "waitlisted", "Liste d’attente"
    OFFERED = "offered", "Place proposée"
    ACCEPTED = "accepted", "Acceptée"
    CONFIRMED = "confirmed", "Confirmée"
    COMPLETED = "completed", "Terminée"
    REFUSED = "refused", "Refusée"
    CANCELLED = "cancelled", "Annulée"
    EXPIRED = "expired", "Expirée"
    NO_SHOW = "no_show", "Jamais venue"
    DROPPED_OUT = "dropped_out", "Abandon"


ENROLMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    EnrolmentState.REQUESTED: frozenset(
        {
            EnrolmentState.ACCEPTED,
            EnrolmentState.WAITLISTED,
            EnrolmentState.REFUSED,
            EnrolmentState.CANCELLED,
            EnrolmentState.EXPIRED,
        }
    ),
    EnrolmentState.WAITLISTED: frozenset(
        {
            EnrolmentState.OFFERED,
            EnrolmentState.REFUSED,
            EnrolmentState.CANCELLED,
            EnrolmentState.EXPIRED,
        }
    ),
    EnrolmentState.OFFERED: frozenset(
        {
            EnrolmentState.ACCEPTED,
            EnrolmentState.REFUSED,
            EnrolmentState.CANCELLED,
            EnrolmentState.EXPIRED,
        }
    ),
    EnrolmentState.ACCEPTED: frozenset(
        {EnrolmentState.CONFIRMED, EnrolmentState.REFUSED, EnrolmentState.CANCELLED}
    ),
    EnrolmentState.CONFIRMED: frozenset(
        {
            EnrolmentState.COMPLETED,
            EnrolmentState.CANCELLED,
            EnrolmentState.NO_SHOW,
            EnrolmentState.DROPPED_OUT,
        }
    ),
    EnrolmentState.COMPLETED: frozenset({EnrolmentState.CONFIRMED}),
    # An ended enrolment goes back only to the state it left (`Enrolment.state_before_end`).
    EnrolmentState.REFUSED: frozenset(),
    EnrolmentState.CANCELLED: frozenset(),
    EnrolmentState.EXPIRED: frozenset(),
    EnrolmentState.NO_SHOW: frozenset(),
    EnrolmentState.DROPPED_OUT: frozenset(),
}

#: Ended early: each carries the date, the reason and the state it left.
ENDED_ENROLMENT_STATES = (
    EnrolmentState.REFUSED,
    EnrolmentState.CANCELLED,
    EnrolmentState.EXPIRED,
    EnrolmentState.NO_SHOW,
    EnrolmentState.DROPPED_OUT,
)
#: At most one of these per session and learner.
LIVE_ENROLMENT_STATES = (
    EnrolmentState.REQUESTED,
    EnrolmentState.WAITLISTED,
    EnrolmentState.OFFERED,
    EnrolmentState.ACCEPTED,
    EnrolmentState.CONFIRMED,
    EnrolmentState.COMPLETED,
)
#: These hold a seat. No-show and drop-out hold theirs too, once the session has begun.
SEAT_HOLDING_STATES = (
    EnrolmentState.REQUESTED,
    EnrolmentState.OFFERED,
    EnrolmentState.ACCEPTED,
    EnrolmentState.CONFIRMED,
    EnrolmentState.COMPLETED,
)


class AgreementKind(models.TextChoices):
    """What was sold, and under which legal form."""

    CONVENTION = "convention", "Convention (L6353-1)"
    QUOTE = "quote", "Devis accepté ou bon de commande (D6353-1)"
    CONTRACT = "contract", "Contrat individuel (L6353-3)"
    CPF = "cpf", "Mon Compte Formation"
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    SUBCONTRACT = "subcontract", "Sous-traitance reçue"
    FREE = "free", "Gratuit"


class AgreementState(models.TextChoices):
    """Life of an agreement."""

    DRAFT = "draft", "Brouillon"
    SENT = "sent", "Envoyé"
    SIGNED = "signed", "Signé"
    ENDED = "ended", "Clos"


AGREEMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    AgreementState.DRAFT: frozenset(
        {AgreementState.SENT, AgreementState.SIGNED, AgreementState.ENDED}
    ),
    AgreementState.SENT: frozenset({AgreementState.SIGNED, AgreementState.ENDED}),
    AgreementState.SIGNED: frozenset({AgreementState.ENDED}),
    AgreementState.ENDED: frozenset(),
}


class PriceBasis(models.TextChoices):
    """What the price of an agreement is counted for."""

    PERSON = "person", "par personne"
    GROUP = "group", "pour le groupe"
    DAY = "day", "par jour"
    FREE = "free", "gratuit"


class VatRegime(models.TextChoices):
    """VAT treatment on the day of the agreement."""

    EXEMPT = "exempt", "Exonéré (CGI art. 261-4-4° a)"
    FRANCHISE = "franchise", "Franchise en base (CGI art. 293 B)"
    TAXABLE = "taxable", "Soumis à la TVA"


class FundingScheme(models.TextChoices):
    """Who pays, by line of frame C of the BPF (Cerfa 10443*17)."""

    COMPANY = "company", "Employeur (ligne 1)"
    APPRENTICESHIP = "apprenticeship", "OPCO, apprentissage (2a)"
    PROFESSIONALISATION = "professionalisation", "OPCO, professionnalisation (2b)"
    PRO_A = "pro_a", "OPCO, reconversion ou promotion (2c)"
    CPF_TRANSITION = "cpf_transition", "Projet de transition professionnelle (2d)"
    CPF = "cpf", "Compte personnel de formation (2e)"
    JOB_SEEKERS = "job_seekers", "Dispositif pour demandeurs d’emploi (2f)"
    FAF = "faf", "Fonds d’assurance des non-salariés (2g)"
    SKILLS_PLAN = "skills_plan", "OPCO, plan de développement des compétences (2h)"
    PUBLIC_AGENTS = "public_agents", "Employeur public (ligne 3)"
    EUROPE = "europe", "Instances européennes (ligne 4)"
    STATE = "state", "État (ligne 5)"
    REGION = "region", "Région (ligne 6)"
    FRANCE_TRAVAIL = "france_travail", "France Travail (ligne 7)"
    OTHER_PUBLIC = "other_public", "Autres ressources publiques (ligne 8)"
    PERSONAL = "personal", "À ses frais (ligne 9)"
    OTHER_PROVIDER = "other_provider", "Autre organisme de formation (ligne 10)"
    OTHER = "other", "Autres produits (ligne 11)"


class FundingState(models.TextChoices):
    """Answer of the payer."""

    REQUESTED = "requested", "Demandé"
    AGREED = "agreed", "Accordé"
    REFUSED = "refused", "Refusé"


class TraineeType(models.TextChoices):
    """Kind of trainee in frame F-1 of the BPF, as it was at the time of the enrolment."""

    EMPLOYEE = "employee", "Personne salariée du privé"
    APPRENTICE = "apprentice", "Apprentie ou apprenti"
    JOB_SEEKER = "job_seeker", "Personne en recherche d’emploi"
    INDIVIDUAL = "individual", "Particulier, à ses frais"
    OTHER = "other", "Autre (agent public, dirigeant non salarié, bénévole…)"


class ActionCategory(models.TextChoices):
    """Categories of L6313-1; only the first has screens for now."""

    TRAINING = "training", "Action de formation"
    SKILLS_ASSESSMENT = "skills_assessment", "Bilan de compétences"
    PRIOR_LEARNING = "prior_learning", "Action de VAE"
    APPRENTICESHIP = "apprenticeship", "Action de formation par apprentissage"


class BpfObjective(models.TextChoices):
    """General aim of a programme, frame F-3 of the BPF."""

    RNCP = "rncp", "Certification inscrite au RNCP"
    RS = "rs", "Certification inscrite au RS"
    CQP = "cqp", "CQP non enregistré"
    OTHER = "other", "Autre formation professionnelle"
    SKILLS_ASSESSMENT = "skills_assessment", "Bilan de compétences"
    PRIOR_LEARNING = "prior_learning", "Accompagnement à la VAE"


class ProgrammeOrigin(models.TextChoices):
    """Where a version of a programme comes from."""

    PAGE = "page", "Page du catalogue"
    STAFF = "staff", "Sur mesure"
    BUYER = "buyer", "Donneur d’ordre"


class Modality(models.TextChoices):
    """How people take part."""

    ON_SITE = "on_site", "En présence"
    REMOTE = "remote", "À distance"
    MIXED = "mixed", "Mixte"


class Enrolling(models.TextChoices):
    """Who may ask for a place."""

    PUBLIC = "public", "Inscriptions publiques"
    INVITATION = "invitation", "Sur invitation"


class HalfDayLabel(models.TextChoices):
    """Part of the day."""

    MORNING = "morning", "matin"
    AFTERNOON = "afternoon", "après-midi"
    EVENING = "evening", "soirée"


class HalfDayState(models.TextChoices):
    """Life of a half-day. A locked half-day is held; a moved one points to its new date."""

    PLANNED = "planned", "Prévue"
    HELD = "held", "Tenue"
    CANCELLED = "cancelled", "Annulée"
    MOVED = "moved", "Déplacée"


HALF_DAY_TRANSITIONS: dict[str, frozenset[str]] = {
    HalfDayState.PLANNED: frozenset(
        {HalfDayState.HELD, HalfDayState.CANCELLED, HalfDayState.MOVED}
    ),
    HalfDayState.HELD: frozenset(),
    HalfDayState.CANCELLED: frozenset(),
    HalfDayState.MOVED: frozenset(),
}


class TrainerRole(models.TextChoices):
    """Part played by a trainer in a half-day."""

    LEAD = "lead", "Anime"
    ASSISTANT = "assistant", "Co-anime"


class TrainerStatus(models.TextChoices):
    """Working status on the day, frame E of the BPF (internal or external)."""

    EMPLOYED = "employed", "Salarié"
    VOLUNTEER = "volunteer", "Bénévole"
    INDEPENDENT = "independent", "Indépendant"
    SUBCONTRACTOR = "subcontractor", "Organisme sous-traitant"


class QuestionnaireKind(models.TextChoices):
    """Moment and audience of a questionnaire."""

    SATISFACTION = "satisfaction", "Satisfaction, à chaud"
    POSITIONING = "positioning", "Besoins et positionnement"
    FOLLOW_UP = "follow_up", "Suivi, à froid"


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SCALE = "scale", "De 1 à 4"
    RECOMMENDATION = "recommendation", "De 0 à 10"
    TEXT = "text", "Texte libre"


class ResponseSource(models.TextChoices):
    """How the answers reached us."""

    ONLINE = "online", "En ligne"
    PAPER = "paper", "Papier"
    TELEPHONE = "telephone", "Téléphone"


class ObjectiveResult(models.TextChoices):
    """Result of one learner on one objective (indicator 11)."""

    REACHED = "reached", "Atteint"
    PARTLY = "partly", "Partiellement atteint"
    NOT_REACHED = "not_reached", "Non atteint"
    NOT_ASSESSED = "not_assessed", "Non évalué"


class AssessmentMoment(models.TextChoices):
    """When an objective was assessed."""

    START = "start", "Au début"
    DURING = "during", "En cours"
    END = "end", "À la fin"


class JobState(models.TextChoices):
    """Life of a background job."""

    QUEUED = "queued", "En attente"
    RUNNING = "running", "En cours"
    DONE = "done", "Terminé"
    FAILED = "failed", "Échoué"


class MessageChannel(models.TextChoices):
    """How a message reaches its recipient."""

    MAIL = "mail", "Courriel"
    POST = "post", "Courrier"
    HAND = "hand", "Remise en main propre"
    PORTAL = "portal", "Espace personnel"


class MessageState(models.TextChoices):
    """Life of a message. A draft waits for somebody to read it; it never leaves by itself."""

    DRAFT = "draft", "Brouillon"
    QUEUED = "queued", "À envoyer"
    SENT = "sent", "Envoyé"
    FAILED = "failed", "Échec"
    TO_DELIVER = "to_deliver", "À remettre"
    DISCARDED = "discarded", "Écarté"


class EvidenceKind(models.TextChoices):
    """What shows that somebody did a remote activity (indicator 19)."""

    WORK = "work", "Travail rendu"
    QUIZ = "quiz", "Résultat d’un questionnaire"
    EXCHANGE = "exchange", "Échange avec la personne formatrice"


class ImportState(models.TextChoices):
    """Life of an import."""

    UPLOADED = "uploaded", "Déposé"
    PREVIEWED = "previewed", "Vérifié"
    COMMITTING = "committing", "En cours d’écriture"
    COMMITTED = "committed", "Importé"
    UNDONE = "undone", "Annulé"
    REJECTED = "rejected", "Refusé"
    FAILED = "failed", "Échoué"


IMPORT_TRANSITIONS: dict[str, frozenset[str]] = {
    ImportState.UPLOADED: frozenset(
        {ImportState.PREVIEWED, ImportState.REJECTED, ImportState.FAILED}
    ),
    ImportState.PREVIEWED: frozenset({ImportState.COMMITTING, ImportState.REJECTED}),
    ImportState.COMMITTING: frozenset(
        {ImportState.COMMITTED, ImportState.FAILED, ImportState.REJECTED}
    ),
    ImportState.COMMITTED: frozenset({ImportState.UNDONE}),
    ImportState.UNDONE: frozenset(),
    ImportState.REJECTED: frozenset(),
    ImportState.FAILED: frozenset({ImportState.COMMITTING}),
}


class AdaptationState(models.TextChoices):
    """Life of an adaptation for a learner (indicator 10)."""

    REQUESTED = "requested", "À étudier"
    DECIDED = "decided", "Décidée"
    APPLIED = "applied", "Appliquée"
    DECLINED = "declined", "Sans suite"


class PreferredChannel(models.TextChoices):
    """How a learner prefers to be written to."""

    MAIL = "mail", "Courriel"
    POST = "post", "Courrier"
    EMPLOYER = "employer", "Par l’employeur"


class PictureRole(models.TextChoices):
    """What a picture of the organisation is to its documents."""

    LOGO = "logo", "Logo"
    STAMP = "stamp", "Cachet"
    SIGNATURE = "signature", "Signature"
