"""The object store is made usable before the first exam, on a folder and on S3."""

from django.core.management import call_command

from portal.settings import env


def test_a_missing_bucket_is_made_and_a_second_call_changes_nothing(s3, capsys):
    call_command("prepare_store")
    call_command("prepare_store")
    assert capsys.readouterr().out.count("ready") == 2
    assert list(s3.bucket.objects.all()) == []


def test_a_folder_is_checked_too(settings, tmp_path, capsys):
    settings.STORAGES = {**settings.STORAGES, "default": env.object_store(f"file://{tmp_path}/objects")}
    call_command("prepare_store")
    assert "ready" in capsys.readouterr().out
    assert [p for p in (tmp_path / "objects").rglob("*") if p.is_file()] == []
