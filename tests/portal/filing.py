"""Files as a sender has them: phantoms with a full, identifying header, and a short way through the door."""

from django.core.files.uploadedfile import SimpleUploadedFile

from inference import phantom


def small(**keywords):
    """A mammogram of 160 x 128 pixels, as DICOM bytes."""
    return phantom.dicom(**{"rows": 160, "cols": 128, **keywords})


def as_upload(data, name="image.dcm"):
    """Bytes as a browser posts them."""
    return SimpleUploadedFile(name, data, content_type="application/dicom")


def hand_in(client, *files):
    """All in one request; the submission as JSON."""
    answer = client.post("/api/v1/exams/", {"files": [as_upload(f) if isinstance(f, bytes) else f for f in files]})
    assert answer.status_code == 201, answer.content
    return answer.json()
