"""Blocks of the body of a page: few, stable, named for what they say."""

from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class TextBlock(blocks.RichTextBlock):
    """Running text with its own headings."""

    class Meta:
        label = "Texte"
        icon = "pilcrow"
        template = "cms/blocks/text.html"


class QuoteBlock(blocks.StructBlock):
    """Words of somebody who agreed to be quoted."""

    text = blocks.TextBlock(label="Citation", max_length=600)
    source = blocks.CharBlock(
        label="Source", help_text="Qui parle, à quel titre ; avec son accord.", max_length=150
    )

    class Meta:
        label = "Citation"
        icon = "openquote"
        template = "cms/blocks/quote.html"


class StepBlock(blocks.StructBlock):
    """One step of a path."""

    title = blocks.CharBlock(label="Étape", max_length=100)
    text = blocks.TextBlock(label="Ce qui se passe", max_length=600)


class StepsBlock(blocks.StructBlock):
    """A path, in order."""

    title = blocks.CharBlock(label="Titre", max_length=120)
    steps = blocks.ListBlock(StepBlock(label="Étape"), label="Étapes", min_num=2)

    class Meta:
        label = "Étapes"
        icon = "list-ol"
        template = "cms/blocks/steps.html"


class CardBlock(blocks.StructBlock):
    """A short text that may lead to a page."""

    title = blocks.CharBlock(label="Titre", max_length=100)
    text = blocks.TextBlock(label="Texte", max_length=400)
    page = blocks.PageChooserBlock(label="Page", required=False)


class CardsBlock(blocks.StructBlock):
    """Short texts of equal weight, side by side."""

    title = blocks.CharBlock(label="Titre", max_length=120, required=False)
    cards = blocks.ListBlock(CardBlock(label="Carte"), label="Cartes", min_num=2)

    class Meta:
        label = "Cartes"
        icon = "grip"
        template = "cms/blocks/cards.html"


class CallToActionBlock(blocks.StructBlock):
    """The one thing we would like the reader to do next."""

    title = blocks.CharBlock(label="Titre", max_length=120)
    text = blocks.TextBlock(label="Texte", required=False, max_length=400)
    label = blocks.CharBlock(
        label="Bouton", max_length=60, help_text="Un verbe : « Voir les formations »."
    )
    page = blocks.PageChooserBlock(label="Page")

    class Meta:
        label = "Appel à agir"
        icon = "arrow-right"
        template = "cms/blocks/call_to_action.html"


class ImageBlock(blocks.StructBlock):
    """A picture with its text for those who do not see it."""

    image = ImageChooserBlock(label="Image")
    alt = blocks.CharBlock(
        label="Texte de remplacement",
        max_length=250,
        help_text="Ce que l’image apporte, pour qui ne la voit pas.",
    )
    caption = blocks.CharBlock(label="Légende", required=False, max_length=250)

    class Meta:
        label = "Image"
        icon = "image"
        template = "cms/blocks/image.html"


class ContactBlock(blocks.StaticBlock):
    """How to reach us, from the record of the organisation: written once."""

    class Meta:
        label = "Coordonnées de l’organisme"
        icon = "mail"
        admin_text = "Adresse, téléphone, courriel et contact handicap, tels qu’enregistrés."
        template = "cms/blocks/contact.html"


class CertificateBlock(blocks.StaticBlock):
    """The Qualiopi certificate, from the record of the organisation."""

    class Meta:
        label = "Certificat Qualiopi"
        icon = "success"
        admin_text = "Numéro, catégories, certificateur et dates, tels qu’enregistrés."
        template = "cms/blocks/certificate.html"


class ActionBlock(blocks.StructBlock):
    """A button towards a page."""

    label = blocks.CharBlock(label="Bouton", max_length=60, help_text="Un verbe d’abord.")
    page = blocks.PageChooserBlock(label="Page")

    class Meta:
        label = "Bouton"
        icon = "arrow-right"


class DoorBlock(blocks.StructBlock):
    """A way into the site, from the home page."""

    title = blocks.CharBlock(label="Titre", max_length=60)
    text = blocks.TextBlock(label="Texte", max_length=250)
    page = blocks.PageChooserBlock(label="Page")

    class Meta:
        label = "Porte"
        icon = "home"


BODY_BLOCKS = [
    ("text", TextBlock(features=TEXT_FEATURES)),
    ("quote", QuoteBlock()),
    ("steps", StepsBlock()),
    ("cards", CardsBlock()),
    ("call_to_action", CallToActionBlock()),
    ("image", ImageBlock()),
    ("contact", ContactBlock()),
    ("certificate", CertificateBlock()),
]
