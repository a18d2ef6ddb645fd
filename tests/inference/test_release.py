"""A release is used only when every byte is the one that was released."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from inference import release as releases_module
from inference.networks import build
from inference.pipeline import load
from inference.release import Release, ReleaseError, find, hash_file, releases
from inference.rules import Rules
from inference.weights import load_network
from tests.inference.fakes import MANIFEST_TEXT, write_release


def test_a_whole_release_is_read_with_its_identity_and_card(tmp_path: Path) -> None:
    release = Release.read(write_release(tmp_path / "r"))
    assert (release.ref.name, release.ref.version, len(release.ref.digest)) == ("brightness", "0.0.1", 64)
    assert release.card == "# brightness\n"


def test_the_digest_changes_with_any_file_and_not_with_the_folder(tmp_path: Path) -> None:
    one, moved = Release.read(write_release(tmp_path / "a")), Release.read(write_release(tmp_path / "b"))
    other = Release.read(write_release(tmp_path / "c", MANIFEST_TEXT.replace("0.95", "0.96")))
    assert one.digest == moved.digest != other.digest


@pytest.mark.parametrize("name", ["weights.safetensors", "card.md"])
def test_one_changed_byte_is_refused_by_the_files_name(tmp_path: Path, name: str) -> None:
    folder = write_release(tmp_path / "r")
    data = bytearray((folder / name).read_bytes())
    data[-1] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ReleaseError, match=name):
        Release.read(folder)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[bands]", "[bonds]", "bands"),
        ("name = ", "nome = ", "name"),
        ('"card.md" = ', '"cord.md" = ', "card.md"),
        ('"card.md" = ', '"../card.md" = "x"\n"card.md" = ', "../card.md"),
        ("[input]", "[input", "release.toml"),
        ("height = 512", "hoehe = 512", r"unknown keys \[input\] hoehe"),
        ("[network]", "[network]\n[tirage]\nelevated = 0.7", "unknown keys tirage"),
        ("[network]", "[network]\n[calibration]\n[calibration]", "release.toml"),
    ],
)
def test_a_manifest_that_is_not_whole_is_refused_by_what_is_missing(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    with pytest.raises(ReleaseError, match=named):
        Release.read(write_release(tmp_path / "r", MANIFEST_TEXT.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("0.8, 0.9]", "0.9, 0.8]", "bands"),
        ("0.8, 0.9]", "0.8]", "bands"),
        ('breast = "max"', 'breast = "median"', "median"),
        ('method = "platt"', 'method = "guess"', "guess"),
        ("intermediate = 0.3", "", "intermediate"),
    ],
)
def test_rules_that_make_no_sense_are_refused_by_name(tmp_path: Path, old: str, new: str, named: str) -> None:
    release = Release.read(write_release(tmp_path / "r", MANIFEST_TEXT.replace(old, new)))
    with pytest.raises(ReleaseError, match=named):
        Rules.of(release)


def with_weights(folder: Path, change: str) -> Release:
    """The bundled kind of network, its weights changed in one way, its hashes right."""
    state = build({}).state_dict()
    key = next(iter(state))
    if change == "missing":
        del state[key]
    elif change == "extra":
        state["surprise"] = torch.zeros(1)
    elif change == "shape":
        state[key] = torch.zeros(3)
    write_release(folder)
    before = hash_file(folder / "weights.safetensors")
    if change == "pickle":
        (folder / "weights.safetensors").write_bytes(b"\x80\x04N.")
    else:
        save_file(state, folder / "weights.safetensors")
    manifest = (folder / "release.toml").read_text()
    (folder / "release.toml").write_text(manifest.replace(before, hash_file(folder / "weights.safetensors")))
    return Release.read(folder)


@pytest.mark.parametrize("change", ["missing", "extra", "shape", "pickle"])
def test_weights_that_do_not_fit_the_network_to_the_key_are_refused(tmp_path: Path, change: str) -> None:
    with pytest.raises(ReleaseError, match="do not fit"):
        load_network(with_weights(tmp_path / "r", change))


def test_weights_that_fit_are_loaded_as_they_are(tmp_path: Path) -> None:
    network = load_network(with_weights(tmp_path / "r", "none"))
    assert not network.training and {p.dtype for p in network.parameters()} == {torch.float32}


def test_a_release_is_found_by_folder_by_name_or_as_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_release(tmp_path / "b-0.0.1")
    write_release(tmp_path / "b-0.0.10", MANIFEST_TEXT.replace('"0.0.1"', '"0.0.10"'))
    write_release(tmp_path / "b-0.0.9", MANIFEST_TEXT.replace('"0.0.1"', '"0.0.9"'))
    monkeypatch.setattr(releases_module, "BUNDLED", tmp_path)
    assert [r.version for r in releases()] == ["0.0.1", "0.0.9", "0.0.10"]
    assert find("brightness").version == find(None).version == "0.0.10"
    assert find("brightness-0.0.9").version == find(tmp_path / "b-0.0.9").version == "0.0.9"


def test_asking_for_a_release_that_is_not_there_names_those_that_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(tmp_path / "b")
    monkeypatch.setattr(releases_module, "BUNDLED", tmp_path)
    with pytest.raises(ReleaseError, match=r"brightness-0\.0\.1"):
        load("nothing")
