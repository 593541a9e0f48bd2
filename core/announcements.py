"""Facts of core that apps above show: their changes are announced by name."""

from core.models import Organisation, RuleSetting
from core.models.announced import announce_changes
from core.signals import organisation_changed, rules_changed

announce_changes(organisation_changed, Organisation)
announce_changes(rules_changed, RuleSetting)
