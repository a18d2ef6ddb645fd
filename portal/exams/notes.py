"""What is noted of an exam, an image or a report when it is filed: stored in English, said by `portal/exams/phrases.py`."""

from django.utils.translation import gettext_noop as _

SLICES = _("Tomosynthesis: shown slice by slice.")
FROM_ID = _("Views taken from PatientID (digitised film).")
FROM_ORIENTATION = _("A view or side was derived from Patient Orientation: check it on the image.")
CLASH = _("ViewPosition says {position}, the coded view {coded}: {shown} is shown.")
GROUPED = _("Grouped by the patient's part of PatientID: each film carried a study of its own.")
NO_PATIENT = _("No Patient ID: this exam is linked to no other exam.")
NO_VIEW = _("{label}: the header names no view.")
BURNT_IN = _("{label}: text is burnt into the pixels and may name the patient.")
UNSAID = _(
    "Ultrasound: the header does not say whether text is burnt into the pixels; the viewer covers what lies outside the "
    "ultrasound regions."
)
LEFT_OUT = _("{label}: left out because unreadable: {keywords}.")
TEXTS = _("{count} texts were left out: they may name somebody.")
ON_SCREEN = _("{count} graphics are placed on the screen instead of the image: not shown.")
TURNED = _("It turns the image; images hang here as mammograms do.")
LABELS = (
    _("Ultrasound"), _("MRI"), _("{side} unknown view"), _("unknown view"), _("Presentation state"), _("CAD report"),
    _("Structured report"),
)  # fmt: skip
WINDOW = _("Window: centre {centre}, width {width}.")
ATTACHED = _("{title}: {graphics} graphics on {images} images, {lines} lines.")
INSIDE = _("{count} files inside.")
BESIDE = _("Shown beside mammograms as received.")
NOT_STORED = _("The image's file is not in the storage.")
NOT_DECODED = _("The image cannot be decoded: {sentence}")
IN_COLOUR = _("Pictures in colour are not drawn here.")
RECEIVED = _("Received as HTJ2K.")
NOT_READ_BACK = _("The transcoded file cannot be read back: {code}.")
OTHER_PIXELS = _("Transcoding did not give the same pixels back.")
ORIGIN = _("Demonstration exam: CBIS-DDSM (CC BY 3.0), digitised film.")
DECODING = (
    _("The image cannot be decoded. Export it again from the source system and send it anew."),
    _("This is not a DICOM, PNG or JPEG file. Send the original image file."),
    _("TIFF files are not read here. Export the page that shows the breast as PNG (16 bits are kept) or as DICOM."),
    _("The file holds several pictures. Save the one that shows the breast as a file of its own and send that."),
    _("This DICOM file holds no image. Send the mammogram itself, not its report or annotations."),
    _("The image's header is incomplete or contradicts itself. Export it anew from the source."),
    _("The file ends before the image does. Transfer it again."),
    _("This compression cannot be read here. Export the image uncompressed or as JPEG lossless."),
    _("The image has more pixels than are accepted. Send single views, not a mosaic or a stack."),
    _("The image's pixels are damaged. Transfer the file again, or export it anew from the source."),
    _("{sentence} ({detail})"),
)
"""Why an image cannot be decoded, as `inference` says it."""
EVERY = (
    NOT_STORED, NOT_DECODED, IN_COLOUR,
    SLICES, FROM_ID, FROM_ORIENTATION, CLASH, GROUPED, NO_PATIENT, NO_VIEW, BURNT_IN, UNSAID, LEFT_OUT, TEXTS, ON_SCREEN,
    TURNED, WINDOW, ATTACHED, INSIDE, BESIDE, RECEIVED, NOT_READ_BACK, OTHER_PIXELS, ORIGIN,
)  # fmt: skip
