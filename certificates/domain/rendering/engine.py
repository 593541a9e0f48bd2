"""From frozen facts to the bytes of a PDF: template, print CSS, WeasyPrint.

Archival and tagged (PDF/A-3, level A), with the PDF/UA identifier in its metadata. One style
sheet and one font configuration per process: reading them again costs more than the page.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import segno
from pydyf import PDF, Stream
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from certificates import kinds
from certificates.domain.rendering import branding, limits, pictures
from certificates.domain.rendering.fetcher import ASSETS, DocumentFetcher
from certificates.domain.sealing import keys
from certificates.exceptions import RenderingFailed
from certificates.models import Document

VARIANT = "pdf/a-3a"
#: Style sheets of every kind.
COMMON = ("base.css", "branding.css")
QR_MASK = 3

# PDF/A allows only the metadata that it knows or that the file describes (ISO 19005-3, 6.6.2.3):
# hence the schema beside the identifier of PDF/UA (ISO 14289-1, 5).
_PDF_UA = b"""<rdf:Description rdf:about=""
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""


def render(document: Document) -> bytes:
    """The PDF of a document. Raises `RenderingFailed` (`rendering_failed`) with the cause."""
    branding.refuse_lost_pictures(document.context)
    return html_to_pdf(html_of(document), stylesheets=kinds.get(document.kind).stylesheets)


def html_of(document: Document) -> str:
    """The page that WeasyPrint receives, from the frozen facts alone."""
    spec = kinds.get(document.kind)
    replaced = document.supersedes
    values = {
        "document": document,
        "facts": document.context,
        "branding": branding.of_facts(document.context),
        "reference": _reference(document),
        "is_proof": spec.is_proof,
        "replaced_number": replaced.number if replaced else "",
    }
    if spec.is_proof:
        url = verification_url(document)
        values |= {
            "verification_url": url,
            "verification_base": url.removesuffix(f"{document.token}/"),
            "verification_qr": qr_svg(url),
            "seal_sentence": keys.seal_sentence() if spec.is_sealed_at_issue else "",
        }
    return render_to_string(spec.template, values)


def _reference(document: Document) -> str:
    """How a document without a number is called: its own words, else what it is about."""
    if own := document.context.get("reference"):
        return str(own)
    if document.agreement:
        return f"accord {document.agreement.reference}"
    return f"session {document.subject_label}" if document.session else ""


def html_to_pdf(html: str, *, stylesheets: tuple[str, ...] = ()) -> bytes:
    """Render a page.

    Raises `RenderingFailed` when it asks for a forbidden, missing or unreadable picture
    (`rendering_failed`), or costs more than a document may (`too_large`).
    """
    limits.check_page(html)
    of_page = pictures.of_new_page()
    options = {"pdf_variant": VARIANT, "cache": of_page}
    try:
        with (
            # Outermost: no alarm rings while it gives the memory of the process back.
            limits.limited_memory(limits.MOST_MEMORY),
            limits.limited_time(limits.MOST_SECONDS),
            _without_garbage_collection(),
        ):
            laid_out = HTML(string=html, base_url="asset:", url_fetcher=fetcher()).render(
                stylesheets=[stylesheet(name) for name in (*COMMON, *stylesheets)],
                font_config=font_configuration(),
                **options,
            )
            limits.check_pages(len(laid_out.pages))
            pictures.encode_ours_once(of_page)
            content: bytes = laid_out.write_pdf(finisher=_declare_pdf_ua, **options)
        if not pictures.are_readable(of_page):
            raise RenderingFailed(
                "Le document contient une image illisible : il n’a pas été émis.",
                code="rendering_failed",
            )
        limits.check_bytes(content)
        return content
    # It derives from BaseException: without this line it would end the worker.
    except FatalURLFetchingError as error:
        raise RenderingFailed(
            "Le document demande une image interdite ou absente : il n’a pas été émis.",
            code="rendering_failed",
        ) from error
    finally:
        pictures.hand_on(of_page)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Put the garbage collector off while a page is laid out: it would walk its boxes for nothing.

    What it made is collected as soon as it is done.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def fetcher() -> DocumentFetcher:
    """What gives documents their pictures."""
    return DocumentFetcher()


@cache
def font_configuration() -> FontConfiguration:
    """The fonts of this process."""
    return FontConfiguration()


@cache
def stylesheet(name: str) -> CSS:
    """A parsed style sheet of `static/certificates/pdf/`."""
    return CSS(
        filename=str(ASSETS / name),
        url_fetcher=fetcher(),
        font_config=font_configuration(),
    )


def _declare_pdf_ua(_drawn: object, pdf: PDF) -> None:
    """Write the PDF/UA identifier inside the one RDF element of the metadata.

    The option `xmp_metadata` would append a second RDF element, which strict readers skip.
    """
    for item in pdf.objects:
        if isinstance(item, Stream) and item.extra.get("Type") == "/Metadata":
            whole = b"\n".join(item.stream)
            item.stream = [whole.replace(b"</rdf:RDF>", _PDF_UA, 1)]


def verification_url(document: Document) -> str:
    """The public URL where anyone who holds the document can check it."""
    return settings.SITE_URL + reverse("certificates:verify", args=[document.token])


def qr_svg(text: str) -> SafeString:
    """A QR code as inline SVG, with a title that screen readers say."""
    # Any mask can be read; weighing the eight of them takes longer than the rest of the page.
    code = segno.make(text, error="m", micro=False, mask=QR_MASK)
    svg = code.svg_inline(
        border=0,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        title="QR code : adresse de la page de vérification",
    )
    return mark_safe(svg)  # noqa: S308  made by segno; the title is ours
