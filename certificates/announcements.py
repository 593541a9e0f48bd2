"""Facts of certificates that apps above show: their changes are announced by name."""

from certificates.models import DocumentTemplate
from core.models.announced import announce_changes
from core.signals import legal_text_in_force

announce_changes(legal_text_in_force, DocumentTemplate)
