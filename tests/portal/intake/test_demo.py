"""The two real exams of the demonstration: digitised film, handed in through the same door."""

import pytest
from django.core.management import CommandError, call_command

from portal.analysis.models import Run
from portal.exams.models import Exam, Image
from portal.exams.tasks import transcode_image
from portal.practices.models import ApiToken
from portal.practices.tokens import hash_of
from tests.portal.filing import as_upload, small

RLE = "1.2.840.10008.1.2.5"


def test_two_exams_of_two_patients_with_four_views_each_that_say_so(cast, capsys):
    for _ in range(2):
        call_command("load_demo_exams", "--as", "alice@example.org")
    assert (
        capsys.readouterr().out.splitlines()
        == ["4 images handed in, 4 of them new."] * 2 + ["4 images handed in, 0 of them new."] * 2
    )
    first, second = Exam.objects.all()
    assert first.patient != second.patient
    for exam in (first, second):
        assert {str(image) for image in exam.images.all()} == {"LCC", "LMLO", "RCC", "RMLO"}
        assert {image.view_source for image in exam.images.all()} == {"Laterality, PatientID"}
        assert "Views taken from PatientID (digitised film)." in exam.notes
        assert "Grouped by the patient's part of PatientID: each film carried a study of its own." in exam.notes
        assert any("CBIS-DDSM (CC BY 3.0)" in note for note in exam.notes)
    assert Run.objects.count() == 2


def test_a_real_film_in_run_length_encoding_is_transcoded_with_its_pixels_proven(cast):
    call_command("load_demo_exams", "--as", "alice@example.org")
    image = Image.objects.filter(transfer_syntax_uid=RLE).first()
    transcode_image(str(image.pk))
    image.refresh_from_db()
    assert (image.transcoding, image.rows > 4000) == ("done", True)


@pytest.mark.parametrize("email", ["nobody@example.org", "rosa@example.org"])
def test_the_demonstration_is_handed_in_by_somebody_who_may(cast, email):
    with pytest.raises(CommandError, match="clinician or coordinator"):
        call_command("load_demo_exams", "--as", email)


@pytest.mark.parametrize(("scopes", "code"), [(["exams:write"], 201), (["exams:read"], 403), ([], 403)])
def test_a_program_hands_in_with_a_token_of_the_right_scope(cast, client, scopes, code):
    ApiToken.objects.create(user=cast.alice, name="pacs", scopes=scopes, key_hash=hash_of("secret-of-a-program"))
    answer = client.post(
        "/api/v1/exams/", {"files": as_upload(small())}, headers={"Authorization": "Bearer secret-of-a-program"}
    )
    assert answer.status_code == code
