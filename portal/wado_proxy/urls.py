"""DICOMweb routes under /dicomweb/."""

from django.urls import path, register_converter

from portal.wado_proxy import views


class UidConverter:
    """A DICOM unique identifier (PS3.5 chapter 9): at most 64 digits and dots."""

    regex = r"[0-9.]{1,64}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


class FramesConverter(UidConverter):
    """Frame numbers separated by commas; at most a few hundred of them."""

    regex = r"[0-9]{1,5}(?:,[0-9]{1,5}){0,399}"


register_converter(UidConverter, "uid")
register_converter(FramesConverter, "frames")

STUDY = "studies/<uid:study>"
SERIES = f"{STUDY}/series/<uid:series>"
INSTANCE = f"{SERIES}/instances/<uid:instance>"

urlpatterns = [
    path(STUDY, views.Instances.as_view(), name="wado-study"),
    path(SERIES, views.Instances.as_view(), name="wado-series"),
    path(INSTANCE, views.Instances.as_view(), name="wado-instance"),
    path(f"{STUDY}/metadata", views.Metadata.as_view(), name="wado-study-metadata"),
    path(f"{SERIES}/metadata", views.Metadata.as_view(), name="wado-series-metadata"),
    path(f"{INSTANCE}/metadata", views.Metadata.as_view(), name="wado-metadata"),
    path(f"{INSTANCE}/frames/<frames:frames>", views.Frames.as_view(), name="wado-frames"),
]
