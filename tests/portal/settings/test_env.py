"""A wrong setting stops the start with a sentence that names it."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import env


def test_a_secret_comes_from_its_file_before_its_variable(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("f" * 40 + "\n")
    monkeypatch.setenv("X_KEY", "v" * 40)
    assert env.secret("X_KEY") == "v" * 40
    monkeypatch.setenv("X_KEY_FILE", str(tmp_path / "key"))
    assert env.secret("X_KEY") == "f" * 40


def test_no_secret_is_no_start():
    with pytest.raises(ImproperlyConfigured, match="Set X_KEY or X_KEY_FILE"):
        env.secret("X_KEY")


def test_a_short_secret_is_refused(tmp_path):
    (tmp_path / "key").write_text("short")
    with pytest.raises(ImproperlyConfigured, match="shorter than 32"):
        env.secret("X_KEY", kept_in=tmp_path / "key")


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("X_KEY_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match="absent"):
        env.secret("X_KEY")


@pytest.mark.parametrize("word, value", [("yes", True), ("1", True), ("off", False), ("False", False)])
def test_flags_read_the_usual_words(monkeypatch, word, value):
    monkeypatch.setenv("X_FLAG", word)
    assert env.flag("X_FLAG", default=not value) is value


@pytest.mark.parametrize("reader", [lambda: env.flag("X_ODD", default=True), lambda: env.number("X_ODD", 1)])
def test_an_odd_word_is_refused_by_name(monkeypatch, reader):
    monkeypatch.setenv("X_ODD", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="X_ODD"):
        reader()


def test_object_stores_are_folders_or_buckets():
    folder = env.object_store("file:///srv/objects")
    assert folder["OPTIONS"]["location"] == "/srv/objects"
    bucket = env.object_store("s3://films/eu?endpoint_url=http://minio:9000&region_name=eu-1")
    assert bucket["OPTIONS"]["bucket_name"] == "films"
    assert bucket["OPTIONS"]["location"] == "eu"
    assert bucket["OPTIONS"]["endpoint_url"] == "http://minio:9000"
    with pytest.raises(ImproperlyConfigured, match="OBJECT_STORE"):
        env.object_store("ftp://somewhere")


def test_the_broker_is_also_the_cache():
    assert env.redis_url("redis+socket:///data/broker.sock?virtual_host=0") == "unix:///data/broker.sock"
    assert env.redis_url("redis://redis:6379/0") == "redis://redis:6379/0"


def test_a_long_data_folder_still_has_a_socket_that_fits(tmp_path):
    assert env.socket_path(tmp_path / "d") == tmp_path / "d" / "broker.sock"
    long = tmp_path / ("x" * 120)
    assert len(str(env.socket_path(long))) < 104
    assert env.socket_path(long) != env.socket_path(long / "y")
