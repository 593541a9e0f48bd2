"""Closed lists of the site."""

from django.db import models


class FooterColumn(models.TextChoices):
    """Columns of links at the foot of every page."""

    NONE = "", "Aucune"
    LEARN = "learn", "Se former"
    COOPERATE = "cooperate", "Coopérer"
    SITE = "site", "Ce site"


class Drawing(models.TextChoices):
    """Drawings of ours, in `templates/drawings/`. Without one, a bocage is drawn from the slug."""

    NONE = "", "Un bocage, tiré de l’adresse de la page"
    TABLE = "table", "Une tablée"
    SUNRISE = "sunrise", "Le lever du jour"
    BARN = "barn", "Une grange"
    HAMLET = "hamlet", "Un hameau"
    NETWORK = "network", "Des chemins qui se rejoignent"
    BOOK = "book", "Un livre ouvert"
    MARKET = "market", "Une fête de village"
    LETTER = "letter", "Une lettre"


class PartnerKind(models.TextChoices):
    """What an entry of the directory is."""

    TEAM = "team", "Équipe de la coopérative"
    ASSOCIATION = "association", "Association"
    COOPERATIVE = "cooperative", "Coopérative"
    COMPANY = "company", "Entreprise"
    PUBLIC = "public", "Collectivité ou service public"
    NETWORK = "network", "Réseau ou fédération"
    RESEARCH = "research", "Recherche"


class LandmarkKind(models.TextChoices):
    """What a visitor starts from, or looks for, around a place."""

    STATION = "station", "Gare"
    BUS = "bus", "Arrêt de car"
    PARKING = "parking", "Stationnement"
    BICYCLE = "bicycle", "Garage à vélos"
    ENTRANCE = "entrance", "Entrée"
    LANDMARK = "landmark", "Repère"


class Direction(models.TextChoices):
    """Where a landmark stands, seen from the place."""

    NORTH = "n", "au nord"
    NORTH_EAST = "ne", "au nord-est"
    EAST = "e", "à l’est"
    SOUTH_EAST = "se", "au sud-est"
    SOUTH = "s", "au sud"
    SOUTH_WEST = "sw", "au sud-ouest"
    WEST = "w", "à l’ouest"
    NORTH_WEST = "nw", "au nord-ouest"
