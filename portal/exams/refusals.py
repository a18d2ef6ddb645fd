"""Why a file is refused at the door: a code for programs, a sentence that tells the sender what to do."""

from django.utils.translation import gettext_noop as _

from portal.base.errors import Refused

SENTENCES = {
    "empty": _("The file is empty. Export it again and send it anew."),
    "too-large": _("The file is larger than {limit} MB. Send the exam in several files, or ask an admin to raise the limit."),
    "not-dicom": _("This is not a DICOM file. Export the exam as DICOM (Part 10 files) and send those."),
    "encrypted": _("The file is encrypted. Export it without a password and send it again."),
    "dicomdir": _("This is the disc's index, not an image. Send the image files beside it."),
    "no-transfer-syntax": _("The header does not say how the file is encoded. Export it again as DICOM Part 10."),
    "transfer-syntax": _("The pixels are encoded in a way that is not read here ({syntax}). Export the exam uncompressed, "
    "or as JPEG, JPEG-LS, JPEG 2000, HTJ2K or RLE."),
    "truncated": _("The file ends too early: part of it is missing. Export it again and send it anew."),
    "unreadable": _("The header is damaged and cannot be read. Export the file again from its source."),
    "header-too-large": _("The header holds more than {limit} MB beside the image. Export the exam without private data and "
    "send it again."),
    "not-mammography": _("This is not a mammogram ({kind}). Send mammography images, and ultrasound or MRI of the same breast."),
    "other-body-part": _("This {kind} is of another part of the body. Send those of the breast only."),
    "for-processing": _("This is raw data (For Processing). Send the image made for viewing (For Presentation) of the same view."),
    "no-exam": _("This belongs to an exam whose images are not here. Send the images first, then this file again."),
    "no-pixels": _("The file holds no image. Send the image files of the exam."),
    "colour": _("The image is in colour, such as a screenshot or an overlay. Send the original monochrome mammogram."),
    "palette": _("The pixels have a colour form that is not read here ({form}). Export the images as RGB, YBR or greyscale."),
    "pixel-format": _("The pixels have a format that no mammogram has ({bits} bits). Send the original image."),
    "dimensions": _("The image measures {columns} x {rows} pixels in {frames} frames, outside what is read here. "
    "Send the original image."),
    "no-identifiers": _("The header lacks its study, series or instance UID. Export the file again from its source."),
    "no-laterality": _("The header does not say which breast this is. Set Image Laterality (0020,0062) to L or R and send "
    "it again."),
    "no-view": _("The header does not say which view this is. Set View Position (0018,5101), e.g. CC or MLO, and send it again."),
    "other-patient": _("This exam is already filed under another patient. Ask the source to correct the Patient ID, then send "
    "it again."),
    "other-pixels": _("An image with this instance UID but other content is already filed. Give the new image its own "
    "SOP Instance UID and send it again."),
}  # fmt: skip


class FileRefused(Refused):
    """A file that is not filed; `code` is a key of SENTENCES."""

    def __init__(self, code: str, **words: object) -> None:
        """`words` fill the sentence: numbers and names of standards, never a value that may name a patient."""
        super().__init__(code, SENTENCES[code].format(**words))
