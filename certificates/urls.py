"""URLs of the app."""

from django.urls import path

from certificates.views import blank_sheet, download, proofs, public_prints, verification

app_name = "certificates"
urlpatterns = [
    path("documents/verifier/", verification.verify_by_number, name="verify-by-number"),
    path("documents/verifier/fichier/", verification.verify_by_file, name="verify-by-file"),
    path("documents/verifier/<slug:token>/", verification.verify, name="verify"),
    path("documents/verifier/<slug:token>/preuve.json", verification.proof, name="proof"),
    path("preuves/", proofs.roots_page, name="roots"),
    path("preuves/<int:year>/", proofs.roots_page, name="roots-year"),
    path("preuves/racines.json", proofs.roots_json, name="roots-json"),
    path("preuves/derniere.json", proofs.last_json, name="last-root-json"),
    path("preuves/horodatages/<int:number>.tsr", proofs.timestamp, name="root-timestamp"),
    path("preuves/verificateur.py", proofs.checker, name="proof-checker"),
    path("preuves/temoins/<slug:name>/", proofs.witness, name="witness"),
    path("documents/textes/<slug:slug>/", public_prints.text, name="text"),
    path("documents/textes/<slug:slug>.pdf", public_prints.text_pdf, name="text_pdf"),
    path(
        "documents/textes/<slug:slug>/v<int:number>/",
        public_prints.text_version,
        name="text_version",
    ),
    path(
        "documents/textes/<slug:slug>/v<int:number>.pdf",
        public_prints.text_version_pdf,
        name="text_version_pdf",
    ),
    path(
        "documents/programmes/<code:code>-v<int:number>.pdf",
        public_prints.programme_pdf,
        name="programme",
    ),
    path("documents/feuille-a-signer/<int:pk>/", blank_sheet.blank_sheet, name="blank-sheet"),
    path("documents/<uuid:document_uuid>/", download.download, name="download"),
]
