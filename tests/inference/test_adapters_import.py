"""`releases import`: a foreign file becomes a release, or an error that says why; nothing of it is ever run."""

import contextlib
import pickle  # noqa: TID251 - hostile files are written here, and read by the restricted reader
import struct
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.__main__ import main
from inference.foreign import isolated
from inference.foreign.ask import calibrator_of, weights_of
from inference.foreign.unpickle import UnreadableError, read
from inference.networks.adapters.install import ImportRefusedError, install
from inference.release import Release
from inference.weights import load_network
from tests.inference.conftest import SHARED
from tests.inference.fills import filled
from tests.inference.foreign_files import calibrator_file, density_state, hostile, mirai_files

ROOT = Path(__file__).parents[2]


def saved(path, made, legacy=False):
    torch.save(made, path, _use_new_zipfile_serialization=not legacy)
    return path


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("wrapped", [lambda s: s, lambda s: {"model": s}, lambda s: {"state_dict": s, "epoch": 3}])
def test_a_state_dict_becomes_a_release_with_its_values(tmp_path, legacy, wrapped):
    state = density_state()
    out = install("nyu-density", [saved(tmp_path / "m.p", wrapped(state), legacy)], tmp_path / "r", {})
    network = load_network(Release.read(out))
    assert all(torch.equal(value, state[key]) for key, value in network.state_dict().items())


def test_a_release_says_where_its_weights_come_from_and_what_it_answers(tmp_path):
    out = install("nyu-density", [saved(tmp_path / "m.p", density_state())], tmp_path / "r", {})
    release = Release.read(out)
    told = tomllib.loads((out / "release.toml").read_text())
    assert told["answers"]["gives"] == ["exam.density"] and told["answers"]["calibrated"] is False
    assert told["source"]["files"]["m.p"] in release.card and "not a diagnosis" in release.card
    assert {path.name for path in out.iterdir()} == {"release.toml", "card.md", "weights.safetensors"}


@pytest.mark.parametrize("kind", ["nyu-dmv-cnn", "gmic"])
def test_the_large_models_of_new_york_are_imported_to_the_key(tmp_path, kind):
    from inference.networks.adapters.kinds import KINDS

    state = filled(KINDS[kind].build({"adapter": kind})).state_dict()
    older = {
        key: value for key, value in state.items() if not key.endswith("num_batches_tracked")
    }  # before torch 0.4.1
    out = install(kind, [saved(tmp_path / "m.p", {"model": older}, legacy=True)], tmp_path / "r", {})
    loaded = load_network(Release.read(out)).state_dict()
    assert set(loaded) == set(state) and all(torch.equal(loaded[key], older[key]) for key in older)


@pytest.mark.parametrize("legacy", [True, False])
def test_mirais_pickled_modules_are_taken_apart_without_their_classes(tmp_path, legacy):
    encoder, transformer, network = mirai_files(tmp_path, legacy=legacy)
    out = install("mirai", [encoder, transformer, calibrator_file(tmp_path)], tmp_path / "r", {})
    release = Release.read(out)
    loaded = load_network(release)
    table = release["network"]
    assert (table["heads"], table["layers"], table["hidden"], table["pool"]) == (16, 2, 512, "max")
    assert table["calibration"][4] == [6.0, -1.0, -3.0, 0.5]
    wanted = network.state_dict()
    assert all(torch.equal(value, wanted[key]) for key, value in loaded.state_dict().items())


def test_mirai_as_one_state_dict_of_both_networks_is_the_same(tmp_path):
    _, _, network = mirai_files(tmp_path, legacy=False)
    state = {f"image_encoder._model.{k}": v for k, v in network.encoder.state_dict().items()}
    state |= {f"transformer.{k}": v for k, v in network.aggregator.state_dict().items()}
    out = install("mirai", [saved(tmp_path / "both.p", state)], tmp_path / "r", {"heads": 16})
    loaded = load_network(Release.read(out)).state_dict()
    assert all(torch.equal(value, network.state_dict()[key]) for key, value in loaded.items())


def test_a_mirai_with_other_risk_factors_is_another_model(tmp_path):
    encoder, transformer, _ = mirai_files(tmp_path, legacy=False, factors=("density", "age"))
    with pytest.raises(ImportRefusedError, match="other risk factors"):
        install("mirai", [encoder, transformer], tmp_path / "r", {})


def test_mirais_files_in_the_wrong_order_or_number_say_so(tmp_path):
    encoder, transformer, _ = mirai_files(tmp_path, legacy=False)
    with pytest.raises(ImportRefusedError, match="ENCODER"):
        install("mirai", [transformer, encoder], tmp_path / "r", {})
    with pytest.raises(ImportRefusedError, match="ENCODER TRANSFORMER"):
        install("mirai", [encoder], tmp_path / "r", {})


def test_scikit_learns_calibrator_is_read_as_its_four_numbers(tmp_path):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator
    from sklearn.linear_model import LogisticRegression

    x, y = np.linspace(0, 1, 40)[:, None], np.tile([0, 1, 1, 0, 1], 8)
    linear = LogisticRegression().fit(x, y)
    year = CalibratedClassifierCV(FrozenEstimator(linear)).fit(x, y)
    year.base_estimator = linear  # where the versions of that time kept it
    path = tmp_path / "c.p"
    path.write_bytes(pickle.dumps({0: year}))
    [[slope, offset, outer, last]] = calibrator_of(path)
    told = 1 / (1 + np.exp(outer * (slope * 0.3 + offset) + last))
    assert told == pytest.approx(year.predict_proba([[0.3]])[0, 1], abs=1e-9)


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("where", ["whole", "value", "beside"])
def test_a_pickle_that_would_run_a_command_runs_nothing(tmp_path, where, legacy):
    canary = tmp_path / "canary"
    path = hostile(tmp_path, canary, legacy=legacy, where=where)
    try:
        install("nyu-density", [path], tmp_path / "r", {})
        imported = True
    except ImportRefusedError:
        imported = False
    assert not canary.exists()
    assert imported == (where == "beside")  # the state dict beside it is whole: it is read, the command is not


def test_the_canary_bites(tmp_path):
    canary = tmp_path / "canary"
    path = hostile(tmp_path, canary, legacy=False, where="whole")
    with zipfile.ZipFile(path) as archive:
        [name] = [n for n in archive.namelist() if n.endswith("data.pkl")]
        pickle.loads(archive.read(name))
    assert canary.exists()


def test_a_calibrator_that_would_run_a_command_runs_nothing(tmp_path):
    from tests.inference.foreign_files import Canary

    path = tmp_path / "c.p"
    path.write_bytes(pickle.dumps({0: Canary(tmp_path / "canary")}))
    with pytest.raises(UnreadableError, match="neither of the two kinds"):
        calibrator_of(path)
    assert not (tmp_path / "canary").exists()


def without(state, key):
    del state[key]
    return state


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda s: without(s, "fc1.bias"), "fc1.bias"),
        (lambda s: s | {"fc9.bias": torch.zeros(3)}, "fc9.bias"),
        (lambda s: s | {"fc1.bias": torch.zeros(3)}, "fc1.bias"),
        (lambda s: s | {"fc1.bias": torch.full((100,), torch.nan)}, "fc1.bias holds values that are not finite"),
        (lambda s: s | {"fc1.bias": torch.zeros(100, dtype=torch.bfloat16)}, "BFloat16Storage cannot be read"),
        (lambda s: {}, "no tensors"),
        (lambda s: [1, 2], "no state dict"),
    ],
)
def test_weights_that_are_not_the_models_are_refused_by_name(tmp_path, change, named):
    path = saved(tmp_path / "wrong.p", change(density_state()))
    with pytest.raises(ImportRefusedError, match=named):
        install("nyu-density", [path], tmp_path / "r", {})
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9, 0.999])
def test_a_truncated_file_is_refused(tmp_path, legacy, share):
    data = saved(tmp_path / "m.p", density_state(), legacy).read_bytes()
    path = tmp_path / "cut.p"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ImportRefusedError, match=r"cut\.p: "):
        install("nyu-density", [path], tmp_path / "r", {})


def numbers_beyond(storage):
    """A legacy file whose storage claims more values than any machine has."""
    made = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({"little_endian": True}, 2)
    body = b"\x80\x02}(X\x01\x00\x00\x00actorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\n"
    body += (
        b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpu\x8a\x08"
        + struct.pack("<q", storage)
        + b"NtQK\x00(K\x01t(K\x01t\x89NtRu."
    )
    return made + body + pickle.dumps(["0"], 2) + struct.pack("<q", storage)


@pytest.mark.parametrize("claimed", [10**17, -5, 1_000_000])
def test_a_storage_that_lies_about_its_length_takes_no_memory(tmp_path, claimed):
    path = tmp_path / "liar.p"
    path.write_bytes(numbers_beyond(claimed))
    with pytest.raises(UnreadableError, match=r"storage claims|ends before|asks? for|damaged"):
        weights_of(path)


def test_a_pickle_that_grows_without_end_meets_its_limit(tmp_path):
    path = tmp_path / "bomb.p"
    head = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({"little_endian": True}, 2)
    doubled = b"\x80\x02U\x01aq\x00" + b"".join(b"h\x00h\x00\x86q\x00" for _ in range(60))
    names = b"c_codecs\nencode\n(" + b"X" + struct.pack("<I", 2**31 - 1)
    path.write_bytes(head + doubled + names)
    with pytest.raises(UnreadableError):
        weights_of(path)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2000), st.booleans())
def test_damaged_bytes_fail_in_one_way_only(tmp_path_factory, noise, at, legacy):
    folder = tmp_path_factory.mktemp("fuzz")
    data = bytearray(saved(folder / "m.p", {"a": torch.arange(6.0).view(2, 3)}, legacy).read_bytes())
    at %= len(data)
    data[at : at + len(noise)] = noise
    (folder / "f.p").write_bytes(bytes(data))
    with contextlib.suppress(UnreadableError, MemoryError):  # a MemoryError is what the child's limit makes of it
        read(folder / "f.p")


def test_the_child_limits_itself_before_it_opens_the_file(tmp_path):
    path = saved(tmp_path / "m.p", density_state())
    told = (
        "import resource, sys; from pathlib import Path; from inference.foreign import isolated; "
        "isolated.limit(Path(sys.argv[1])); print(resource.getrlimit(resource.RLIMIT_AS)[0] > 0, "
        "resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_NOFILE)[0], 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", told, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", str(isolated.SECONDS), "16", "False"]


def test_an_out_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(FileExistsError, match="choose a new folder"):
        install("nyu-density", [saved(tmp_path / "m.p", density_state())], tmp_path, {})
    assert (tmp_path / "kept").read_text() == "mine"


def run(*words, capsys):
    status = main(["releases", "import", *map(str, words)])
    return status, capsys.readouterr()


def test_the_command_imports_and_names_what_it_made(tmp_path, capsys):
    path = saved(tmp_path / "m.p", density_state())
    status, said = run("nyu-density", path, "--out", tmp_path / "r", capsys=capsys)
    assert status == 0 and said.out.startswith("nyu-density 1.0.0 ")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["nyu-density", "nowhere.p"], "nowhere.p is not a file"),
        (["gmic", "M", "--set", "percent_t=7"], "percent_t must lie in"),
        (["gmic", "M", "--set", "percent_t"], "KEY=VALUE"),
        (["gmic", "M", "M"], "one file"),
        (["nyu-dmv-cnn", "M"], "m.p: not the weights of nyu-dmv-cnn"),
        (["nyu-density", "M", "--card", "M"], "--tables and --card belong to"),
        (["onnx", "M"], "needs one FILE, --tables"),
    ],
)
def test_the_command_ends_with_two_and_one_line_where_it_cannot(tmp_path, capsys, words, named):
    path = saved(tmp_path / "m.p", density_state())
    given_words = [path if word == "M" else word for word in words]
    status, said = run(*given_words, "--out", tmp_path / "r", capsys=capsys)
    assert status == 2 and named in said.err and len(said.err.strip().splitlines()) == 1


@pytest.mark.skipif(not (SHARED / "nyu-density").is_dir(), reason="../shared/data/nyu-density is not here")
def test_the_published_density_model_gives_its_published_answer(tmp_path, capsys):
    import json

    folder = SHARED / "nyu-density"
    assert run("nyu-density", folder / "model.p", "--out", tmp_path / "r", capsys=capsys)[0] == 0
    images = [str(folder / f"{view}.png") for view in ("L-CC", "R-CC", "L-MLO", "R-MLO")]
    assert main(["predict", *images, "--release", str(tmp_path / "r"), "--json", str(tmp_path / "o.json")]) == 0
    [exam] = json.loads((tmp_path / "o.json").read_text())["exams"]
    published = {"A": 0.0819, "B": 0.7830, "C": 0.1335, "D": 0.0015}
    assert exam["density"] == pytest.approx(published, abs=0.003) and exam["exam_score"] is None
