"""Blocks of the body of a page: few, stable, named for what they say.

Each has a sentence for editors (`description`) and an example (`preview_value`), rendered in the
chooser of blocks with the style of the site.
"""

from typing import Any

from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Site

from training.enums import EvidenceKind

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class TextBlock(blocks.RichTextBlock):
    """Running text with its own headings."""

    class Meta:
        label = "Texte"
        icon = "pilcrow"
        template = "cms/blocks/text.html"
        description = "Un texte suivi, avec ses intertitres, ses listes et ses liens."
        preview_value = (
            "<h2>Ce que nous faisons</h2><p>Nous réunissons des gens d’un même territoire autour "
            "d’un projet commun, et nous restons le temps qu’il faut.</p>"
        )


class QuoteBlock(blocks.StructBlock):
    """Words of a person who agreed to be quoted."""

    text = blocks.TextBlock(
        label="Citation", max_length=600, help_text="Sans guillemets : ils s’ajoutent tout seuls."
    )
    source = blocks.CharBlock(
        label="Source", help_text="Qui parle, à quel titre ; avec son accord.", max_length=150
    )

    class Meta:
        label = "Citation"
        icon = "openquote"
        template = "cms/blocks/quote.html"
        description = "Les mots de quelqu’un, avec son accord."
        preview_value = {
            "text": "On est venu chercher une méthode, on est reparti avec des voisins.",
            "source": "Une personne formée, 2026",
        }


class FigureBlock(blocks.StructBlock):
    """One figure and what it counts."""

    value = blocks.CharBlock(label="Chiffre", max_length=20, help_text="« 160 », « 3 jours ».")
    label = blocks.CharBlock(
        label="Ce qu’il compte", max_length=100, help_text="Sans le chiffre : « sociétaires »."
    )
    source = blocks.CharBlock(
        label="Source et date", max_length=120, help_text="Un chiffre sans date ne dit rien."
    )


class FiguresBlock(blocks.StructBlock):
    """A few figures, each dated and sourced."""

    title = blocks.CharBlock(
        label="Titre",
        max_length=120,
        required=False,
        help_text="Facultatif : s’affiche au-dessus de l’ensemble.",
    )
    figures = blocks.ListBlock(FigureBlock(label="Chiffre"), label="Chiffres", min_num=1, max_num=4)

    class Meta:
        label = "Chiffres"
        icon = "table"
        template = "cms/blocks/figures.html"
        description = "Un à quatre chiffres, chacun avec sa source et sa date."
        preview_value = {
            "title": "En quelques chiffres",
            "figures": [
                {"value": "160", "label": "sociétaires", "source": "Coopérative, 2022"},
                {"value": "3", "label": "lieux-ressources", "source": "Coopérative, 2022"},
            ],
        }


class StepBlock(blocks.StructBlock):
    """One step of a path."""

    title = blocks.CharBlock(
        label="Étape", max_length=100, help_text="Quelques mots : « Un premier échange »."
    )
    text = blocks.TextBlock(
        label="Ce qui se passe", max_length=600, help_text="Qui fait quoi, et en combien de temps."
    )


class StepsBlock(blocks.StructBlock):
    """A path, in order."""

    title = blocks.CharBlock(
        label="Titre", max_length=120, help_text="Où mène le chemin : « Comment cela se passe »."
    )
    steps = blocks.ListBlock(StepBlock(label="Étape"), label="Étapes", min_num=2)

    class Meta:
        label = "Étapes"
        icon = "list-ol"
        template = "cms/blocks/steps.html"
        description = "Un chemin, dans l’ordre : d’abord, ensuite, enfin."
        preview_value = {
            "title": "Comment cela se passe",
            "steps": [
                {"title": "Un échange", "text": "Une heure, sans engagement."},
                {"title": "Une proposition", "text": "Construite avec vous."},
            ],
        }


class CardBlock(blocks.StructBlock):
    """A short text that may lead to a page."""

    title = blocks.CharBlock(
        label="Titre", max_length=100, help_text="Il porte le lien quand une page est choisie."
    )
    text = blocks.TextBlock(label="Texte", max_length=400, help_text="Deux phrases au plus.")
    page = blocks.PageChooserBlock(
        label="Page", required=False, help_text="Facultatif : où mène la carte."
    )


class CardsBlock(blocks.StructBlock):
    """Short texts of equal weight, side by side."""

    title = blocks.CharBlock(
        label="Titre",
        max_length=120,
        required=False,
        help_text="Facultatif : s’affiche au-dessus de l’ensemble.",
    )
    cards = blocks.ListBlock(CardBlock(label="Carte"), label="Cartes", min_num=2)

    class Meta:
        label = "Cartes"
        icon = "grip"
        template = "cms/blocks/cards.html"
        description = "Des textes courts de même importance, qui peuvent mener à des pages."
        preview_value = {
            "title": "Nos filières",
            "cards": [
                {"title": "Réemploi", "text": "Donner une suite aux choses.", "page": None},
                {"title": "Alimentation", "text": "Nourrir le territoire.", "page": None},
            ],
        }


class PeopleBlock(blocks.StructBlock):
    """Who to speak to. Names only of those who agreed."""

    title = blocks.CharBlock(
        label="Titre",
        max_length=120,
        required=False,
        help_text="Facultatif : s’affiche au-dessus de l’ensemble.",
    )
    people = blocks.ListBlock(
        blocks.StructBlock(
            [
                (
                    "name",
                    blocks.CharBlock(
                        label="Nom ou fonction",
                        max_length=100,
                        help_text="Un nom seulement si la personne l’accepte.",
                    ),
                ),
                (
                    "role",
                    blocks.CharBlock(
                        label="Ce qu’on peut lui demander",
                        max_length=160,
                        help_text="Pour que chacun sache à qui s’adresser.",
                    ),
                ),
                (
                    "email",
                    blocks.EmailBlock(
                        label="Courriel",
                        required=False,
                        help_text="De préférence celui du service.",
                    ),
                ),
                (
                    "phone",
                    blocks.CharBlock(
                        label="Téléphone",
                        required=False,
                        max_length=20,
                        help_text="Par paires de chiffres : « 02 40 56 60 00 ».",
                    ),
                ),
            ],
            label="Personne",
        ),
        label="Personnes",
        min_num=1,
    )

    class Meta:
        label = "Personnes"
        icon = "group"
        template = "cms/blocks/people.html"
        description = "À qui s’adresser, et pour quoi. Ne nommez que qui l’accepte."
        preview_value = {
            "title": "Vos interlocuteurs",
            "people": [
                {
                    "name": "Animation territoriale",
                    "role": "Monter un projet à plusieurs",
                    "email": "",
                    "phone": "02 40 56 60 00",
                }
            ],
        }


class DocumentBlock(blocks.StructBlock):
    """A file to take away."""

    document = DocumentChooserBlock(label="Document", help_text="Un PDF accessible, de préférence.")
    title = blocks.CharBlock(label="Titre", max_length=120, help_text="Ce que l’on y trouve.")
    text = blocks.TextBlock(
        label="Présentation", required=False, max_length=400, help_text="À qui il sert, et sa date."
    )

    class Meta:
        label = "Document"
        icon = "doc-full"
        template = "cms/blocks/document.html"
        description = "Un fichier à télécharger. Sa nature et son poids s’affichent tout seuls."

    def get_preview_value(self) -> Any:
        """An example with the latest document, if there is one."""
        latest = get_document_model().objects.order_by("-pk").values_list("pk", flat=True).first()
        return self.to_python(
            {"document": latest, "title": "Le livret d’accueil", "text": "À lire avant de venir."}
        )


class CallToActionBlock(blocks.StructBlock):
    """The one thing we would like the reader to do next."""

    title = blocks.CharBlock(label="Titre", max_length=120, help_text="Ce que la personne y gagne.")
    text = blocks.TextBlock(
        label="Texte",
        required=False,
        max_length=400,
        help_text="Facultatif : deux phrases au plus.",
    )
    label = blocks.CharBlock(
        label="Bouton", max_length=60, help_text="Un verbe : « Voir les formations »."
    )
    page = blocks.PageChooserBlock(label="Page", help_text="Où l’on arrive.")

    class Meta:
        label = "Appel à agir"
        icon = "arrow-right"
        template = "cms/blocks/call_to_action.html"
        description = (
            "La seule chose que l’on voudrait que la personne fasse ensuite. Une par page."
        )

    def get_preview_value(self) -> Any:
        """An example that leads to the home page of the site."""
        site = Site.objects.filter(is_default_site=True).first()
        return self.to_python(
            {
                "title": "Une équipe, un besoin, une date",
                "text": "Toutes nos formations se font aussi dans votre structure.",
                "label": "Parlons-en",
                "page": site.root_page_id if site else None,
            }
        )


class ImageBlock(blocks.StructBlock):
    """A picture with its text for those who do not see it."""

    image = ImageChooserBlock(
        label="Image", help_text="Large d’au moins 1 400 pixels ; libre de droits ou à nous."
    )
    alt = blocks.CharBlock(
        label="Texte de remplacement",
        max_length=250,
        help_text="Ce que l’image apporte, pour qui ne la voit pas.",
    )
    caption = blocks.CharBlock(
        label="Légende",
        required=False,
        max_length=250,
        help_text="Facultatif : lieu, date, auteur.",
    )

    class Meta:
        label = "Image"
        icon = "image"
        template = "cms/blocks/image.html"
        description = "Une image et le texte qui la remplace pour qui ne la voit pas."

    def get_preview_value(self) -> Any:
        """An example with the latest picture, if there is one."""
        latest = get_image_model().objects.order_by("-pk").values_list("pk", flat=True).first()
        return self.to_python(
            {"image": latest, "alt": "", "caption": "La salle du rez-de-chaussée."}
        )


class ContactBlock(blocks.StaticBlock):
    """How to reach us, from the record of the organisation: written once."""

    class Meta:
        label = "Coordonnées de l’organisme"
        icon = "mail"
        admin_text = "Adresse, téléphone, courriel et contact handicap, tels qu’enregistrés."
        template = "cms/blocks/contact.html"
        description = "Nos coordonnées, écrites une seule fois dans la fiche de l’organisme."
        preview_value = None


class CertificateBlock(blocks.StaticBlock):
    """The Qualiopi certificate, from the record of the organisation."""

    class Meta:
        label = "Certificat Qualiopi"
        icon = "success"
        admin_text = "Numéro, catégories, certificateur et dates, tels qu’enregistrés."
        template = "cms/blocks/certificate.html"
        description = "Les faits du certificat, tenus à jour dans la fiche de l’organisme."
        preview_value = None


BODY_BLOCKS = [
    ("text", TextBlock(features=TEXT_FEATURES)),
    ("quote", QuoteBlock()),
    ("figures", FiguresBlock()),
    ("steps", StepsBlock()),
    ("cards", CardsBlock()),
    ("people", PeopleBlock()),
    ("document", DocumentBlock()),
    ("call_to_action", CallToActionBlock()),
    ("image", ImageBlock()),
    ("contact", ContactBlock()),
    ("certificate", CertificateBlock()),
]


class RemoteActivityBlock(blocks.StructBlock):
    """An activity at a distance, without an appointment: what, how long, what shows it."""

    title = blocks.CharBlock(
        label="Activité", max_length=200, help_text="Ce que la personne fait, avec un verbe."
    )
    minutes = blocks.IntegerBlock(
        label="Durée estimée, en minutes",
        min_value=1,
        max_value=6000,
        help_text="Celle qui comptera sur le certificat, une fois la trace validée.",
    )
    evidence = blocks.ChoiceBlock(
        label="Trace attendue",
        choices=EvidenceKind.choices,
        help_text="Ce qui montrera que l’activité a été faite.",
    )

    class Meta:
        label = "Activité à distance"
        icon = "desktop"
