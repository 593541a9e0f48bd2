"""Blocks of the home page alone."""

from wagtail import blocks

from cms.enums import Drawing


class ActionBlock(blocks.StructBlock):
    """A button towards a page."""

    label = blocks.CharBlock(label="Bouton", max_length=60, help_text="Un verbe d’abord.")
    page = blocks.PageChooserBlock(label="Page", help_text="Où l’on arrive.")

    class Meta:
        label = "Bouton"
        icon = "arrow-right"


class DoorBlock(blocks.StructBlock):
    """A way into the site, from the home page."""

    title = blocks.CharBlock(label="Titre", max_length=60, help_text="Un verbe : « Se former ».")
    text = blocks.TextBlock(label="Texte", max_length=250, help_text="Ce que l’on trouve derrière.")
    page = blocks.PageChooserBlock(label="Page", help_text="Où l’on arrive.")
    drawing = blocks.ChoiceBlock(
        label="Dessin", choices=Drawing.choices[1:], required=False, help_text="Vide : un bocage."
    )

    class Meta:
        label = "Porte"
        icon = "home"
