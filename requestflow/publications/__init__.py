"""What was published without being asked (主动公开), by category and channel; reported figures."""

from requestflow.publications.models import Activity, ChannelCount, Publication
from requestflow.publications.service import SCALE, Imported, import_figures

__all__ = ["SCALE", "Activity", "ChannelCount", "Imported", "Publication", "import_figures"]
