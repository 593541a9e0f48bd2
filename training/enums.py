"""Closed lists of the domain: states, kinds, and the moves allowed between states."""

from django.db import models

from core.machines import Transitions


class SessionState(models.TextChoices):
    """Life of a training session. « In progress » is computed from the half-days, never stored."""

    DRAFT = "draft", "Brouillon"
    OPEN = "open", "Ouverte"
    CONFIRMED = "confirmed", "Confirmée"
    COMPLETED = "completed", "Terminée"
    ARCHIVED = "archived", "Archivée"
    CANCELLED = "cancelled", "Annulée"


SESSION_TRANSITIONS = Transitions(
    {
        SessionState.DRAFT: {SessionState.OPEN, SessionState.CONFIRMED, SessionState.CANCELLED},
        SessionState.OPEN: {SessionState.CONFIRMED, SessionState.CANCELLED},
        SessionState.CONFIRMED: {SessionState.COMPLETED, SessionState.CANCELLED},
        SessionState.COMPLETED: {SessionState.ARCHIVED, SessionState.CONFIRMED},
        SessionState.ARCHIVED: (),
        SessionState.CANCELLED: (),
    }
)


#: Nothing of the session is written any more.
OVER_SESSION_STATES = (SessionState.COMPLETED, SessionState.ARCHIVED, SessionState.CANCELLED)


#: The session took place to its end: its documents and its figures follow.
DELIVERED_SESSION_STATES = (SessionState.COMPLETED, SessionState.ARCHIVED)


class EnrolmentState(models.TextChoices):
    """Life of an enrolment, from the request to the end of the session."""

    UNCONFIRMED = "unconfirmed", "Adresse à confirmer"
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


ENROLMENT_TRANSITIONS = Transitions(
    {
        # Holds nothing; erased when its address is not confirmed in time.
        EnrolmentState.UNCONFIRMED: {EnrolmentState.REQUESTED, EnrolmentState.WAITLISTED},
        EnrolmentState.REQUESTED: {
            EnrolmentState.ACCEPTED,
            EnrolmentState.WAITLISTED,
            EnrolmentState.REFUSED,
            EnrolmentState.CANCELLED,
            EnrolmentState.EXPIRED,
        },
        EnrolmentState.WAITLISTED: {
            EnrolmentState.OFFERED,
            EnrolmentState.REFUSED,
            EnrolmentState.CANCELLED,
            EnrolmentState.EXPIRED,
        },
        EnrolmentState.OFFERED: {
            EnrolmentState.ACCEPTED,
            EnrolmentState.REFUSED,
            EnrolmentState.CANCELLED,
            EnrolmentState.EXPIRED,
        },
        EnrolmentState.ACCEPTED: {
            EnrolmentState.CONFIRMED,
            EnrolmentState.REFUSED,
            EnrolmentState.CANCELLED,
        },
        EnrolmentState.CONFIRMED: {
            EnrolmentState.COMPLETED,
            EnrolmentState.CANCELLED,
            EnrolmentState.NO_SHOW,
            EnrolmentState.DROPPED_OUT,
        },
        EnrolmentState.COMPLETED: {EnrolmentState.CONFIRMED},
        # An ended enrolment goes back to the state it left alone (`Enrolment.state_before_end`).
        EnrolmentState.REFUSED: {
            EnrolmentState.REQUESTED,
            EnrolmentState.WAITLISTED,
            EnrolmentState.OFFERED,
            EnrolmentState.ACCEPTED,
        },
        EnrolmentState.CANCELLED: {
            EnrolmentState.REQUESTED,
            EnrolmentState.WAITLISTED,
            EnrolmentState.OFFERED,
            EnrolmentState.ACCEPTED,
            EnrolmentState.CONFIRMED,
        },
        EnrolmentState.EXPIRED: {
            EnrolmentState.REQUESTED,
            EnrolmentState.WAITLISTED,
            EnrolmentState.OFFERED,
        },
        EnrolmentState.NO_SHOW: {EnrolmentState.CONFIRMED},
        EnrolmentState.DROPPED_OUT: {EnrolmentState.CONFIRMED},
    },
    # A public request begins unconfirmed, or where a person whose address is known asks; a full
    # session makes people wait; staff and imports enrol at once.
    starts={
        EnrolmentState.UNCONFIRMED,
        EnrolmentState.WAITLISTED,
        EnrolmentState.ACCEPTED,
        EnrolmentState.CONFIRMED,
    },
)


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


#: Really in the session, now or at some time.
TAKING_PART_STATES = (
    EnrolmentState.CONFIRMED,
    EnrolmentState.COMPLETED,
    EnrolmentState.DROPPED_OUT,
    EnrolmentState.NO_SHOW,
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


AGREEMENT_TRANSITIONS = Transitions(
    {
        AgreementState.DRAFT: {AgreementState.SENT, AgreementState.SIGNED, AgreementState.ENDED},
        AgreementState.SENT: {AgreementState.SIGNED, AgreementState.ENDED},
        AgreementState.SIGNED: {AgreementState.ENDED},
        AgreementState.ENDED: (),
    }
)


class PriceBasis(models.TextChoices):
    """What the price of an agreement is counted for."""

    PERSON = "person", "par personne"
    GROUP = "group", "pour le groupe"
    DAY = "day", "par jour"
    FREE = "free", "gratuit"


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


FUNDING_TRANSITIONS = Transitions(
    {
        FundingState.REQUESTED: {FundingState.AGREED, FundingState.REFUSED},
        FundingState.AGREED: {FundingState.REFUSED},
        FundingState.REFUSED: {FundingState.REQUESTED},
    }
)


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


HALF_DAY_TRANSITIONS = Transitions(
    {
        HalfDayState.PLANNED: {HalfDayState.HELD, HalfDayState.CANCELLED, HalfDayState.MOVED},
        HalfDayState.HELD: (),
        HalfDayState.CANCELLED: (),
        HalfDayState.MOVED: (),
    }
)


#: The half-day takes place: not cancelled, not moved.
COUNTING_HALF_DAY_STATES = (HalfDayState.PLANNED, HalfDayState.HELD)


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


class EvidenceKind(models.TextChoices):
    """What shows that a person did a remote activity (indicator 19)."""

    WORK = "work", "Travail rendu"
    QUIZ = "quiz", "Résultat d’un questionnaire"
    EXCHANGE = "exchange", "Échange avec la personne formatrice"


class AdaptationState(models.TextChoices):
    """Life of an adaptation for a learner (indicator 10)."""

    REQUESTED = "requested", "À étudier"
    DECIDED = "decided", "Décidée"
    APPLIED = "applied", "Appliquée"
    DECLINED = "declined", "Sans suite"


ADAPTATION_TRANSITIONS = Transitions(
    {
        AdaptationState.REQUESTED: {AdaptationState.DECIDED, AdaptationState.DECLINED},
        AdaptationState.DECIDED: {AdaptationState.APPLIED},
        AdaptationState.APPLIED: (),
        AdaptationState.DECLINED: (),
    }
)


class PreferredChannel(models.TextChoices):
    """How a learner prefers to be written to."""

    MAIL = "mail", "Courriel"
    POST = "post", "Courrier"
    EMPLOYER = "employer", "Par l’employeur"


class AttendanceState(models.TextChoices):
    """What is recorded of a person at a half-day."""

    PRESENT = "present", "Présence"
    ABSENT = "absent", "Absence"


class AbsenceReason(models.TextChoices):
    """Reasons of an absence; never an illness (the reason is not printed on the sheet)."""

    EXCUSED = "excused", "Absence excusée"
    WORK = "work", "Raison professionnelle"
    FAMILY = "family", "Raison personnelle ou familiale"
    TRANSPORT = "transport", "Transport"
    UNEXCUSED = "unexcused", "Absence non excusée"
    UNKNOWN = "unknown", "Non connue à ce stade"
