"""Releases that bring their own graph: TorchScript, torch.export and ONNX give what the network gave, or say why not."""

import builtins
import os
import sys
import zipfile

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from inference import phantom, pipeline
from inference.__main__ import main
from inference.admission import ImageInput
from inference.networks.adapters.graphs import Graph, open_graph
from inference.networks.adapters.seal import seal
from inference.release import CARD, GRAPHS, ReleaseError, hash_file
from tests.inference.fakes import MANIFEST_TEXT, brightness_analyst

TABLES = MANIFEST_TEXT[: MANIFEST_TEXT.index("[files]")].replace("[network]\n", "")


class Bright(nn.Module):
    """What `fakes.Brightness` answers, as a plain tuple."""

    def forward(self, x):
        cells = (F.avg_pool2d(x, 16)[:, 0] - 0.75) * 32.0
        image = cells.amax(dim=(1, 2))
        return cells, image, image - 1.0, torch.zeros_like(image).unsqueeze(1).repeat(1, 4)


class Named(nn.Module):
    """The same by name."""

    def __init__(self):
        super().__init__()
        self.inner = Bright()

    def forward(self, x):
        cells, malignancy, abnormality, density = self.inner(x)
        return {"malignancy": malignancy, "malignancy_map": cells, "density": density, "abnormality": abnormality}


def onnx_file(path, names=("malignancy_map", "malignancy", "abnormality", "density"), size=(512, 384)):
    """Bright as ONNX, written node by node."""
    onnx = pytest.importorskip("onnx")
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT

    def value(name, *values, shape=()):
        return helper.make_tensor(name, kind, shape or (len(values),), values)

    whole = [
        onnx.numpy_helper.from_array(torch.tensor(axes).numpy(), f"axes{n}") for n, axes in enumerate(([1], [1, 2]))
    ]
    constants = [
        value("low", 0.75),
        value("gain", 32.0),
        value("one", 1.0),
        value("none", *[0.0] * 4, shape=(1, 4)),
        *whole,
    ]
    nodes = [
        helper.make_node("AveragePool", ["x"], ["pooled"], kernel_shape=[16, 16], strides=[16, 16]),
        helper.make_node("Squeeze", ["pooled", "axes0"], ["flat"]),
        helper.make_node("Sub", ["flat", "low"], ["above"]),
        helper.make_node("Mul", ["above", "gain"], [names[0]]),
        helper.make_node("ReduceMax", [names[0], "axes1"], [names[1]], keepdims=0),
        helper.make_node("Sub", [names[1], "one"], [names[2]]),
        helper.make_node("Identity", ["none"], [names[3]]),
    ]
    shapes = [(1, size[0] // 16, size[1] // 16), (1,), (1,), (1, 4)]
    outputs = [helper.make_tensor_value_info(name, kind, shape) for name, shape in zip(names, shapes, strict=True)]
    inputs = [helper.make_tensor_value_info("x", kind, (1, 1, *size))]
    graph = helper.make_graph(nodes, "bright", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    path.write_bytes(model.SerializeToString())
    return path


def written(form, folder, network=None):
    """The network in that format."""
    path = folder / f"source-{GRAPHS[form]}"
    if form == "onnx":
        return onnx_file(path)
    network = (network or Bright()).eval()
    if form == "torchscript":
        torch.jit.trace(network, torch.rand(1, 1, 512, 384), strict=False).save(str(path))
    else:
        torch.export.save(torch.export.export(network, (torch.rand(1, 1, 512, 384),)), path)
    return path


def sealed(form, folder, file=None, tables=TABLES):
    (folder / "tables.toml").write_text(tables)
    (folder / "card.md").write_text("# bright\n")
    file = file or written(form, folder)
    return seal(form, file, folder / "tables.toml", folder / "card.md", folder / "release")


@pytest.mark.parametrize("form", GRAPHS)
def test_a_graph_reads_an_exam_as_the_network_did(tmp_path, form):
    images = [ImageInput("a", phantom.dicom(lesion=(150.0, 430.0, 28.0), rows=768, cols=576))]
    found = pipeline.load(sealed(form, tmp_path), "cpu").read_exam(images)
    wanted = brightness_analyst(tmp_path / "own").read_exam(images)
    assert found.exam_score == pytest.approx(wanted.exam_score, abs=1e-6) and wanted.images[0].findings
    assert (found.images[0].saliency == wanted.images[0].saliency).all()


@pytest.mark.parametrize("form", ["torchscript", "export"])
def test_answers_may_come_by_name(tmp_path, form):
    network = open_graph(written(form, tmp_path, Named()), {"format": form})
    x = torch.rand(1, 1, 512, 384)
    assert all(torch.allclose(one, other) for one, other in zip(network(x), Bright()(x), strict=False))


def test_a_sealed_graph_is_refused_once_a_byte_of_it_changed(tmp_path):
    folder = sealed("torchscript", tmp_path)
    data = bytearray((folder / "network.pt").read_bytes())
    data[-1] ^= 1
    (folder / "network.pt").write_bytes(bytes(data))
    with pytest.raises(ReleaseError, match=r"network\.pt is not the file that was released"):
        pipeline.load(folder, "cpu")


@pytest.mark.parametrize("form", GRAPHS)
@pytest.mark.parametrize("content", [b"", b"\x80\x04N.", b"PK\x03\x04 not a zip", b"\x08\x07 noise" * 9])
def test_a_file_that_is_not_of_its_format_is_refused(tmp_path, form, content):
    path = tmp_path / "wrong"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"not a|File is not|cannot|damaged|names"):
        sealed(form, tmp_path, path)
    assert not (tmp_path / "release").exists()


def test_torch_itself_would_run_what_an_exported_file_hides_and_we_do_not(tmp_path):
    """torch.export.load falls back to unpickling anything: the check before it is what keeps a worker safe."""
    canary = tmp_path / "canary"
    source = written("export", tmp_path)
    bad = tmp_path / "bad.pt2"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(bad, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info, hostile_archive(canary) if "sample_inputs" in info.filename else content)
    with pytest.raises(ValueError, match=r"names (posix|os|nt) system|names STACK_GLOBAL"):
        open_graph(bad, {"format": "export"})
    assert not canary.exists()


def hostile_archive(canary):
    """A torch archive whose pickle runs a command."""
    from io import BytesIO

    class Canary:
        def __reduce__(self):
            return os.system, (f"touch {canary}",)

    out = BytesIO()
    torch.save({"x": Canary()}, out)
    return out.getvalue()


def test_onnx_without_its_runtime_says_what_to_install(tmp_path, monkeypatch):
    path = onnx_file(tmp_path / "n.onnx")
    real = builtins.__import__

    def gone(name, *rest):
        if name == "onnxruntime":
            raise ModuleNotFoundError(name)
        return real(name, *rest)

    monkeypatch.delitem(sys.modules, "onnxruntime", raising=False)
    monkeypatch.setattr(builtins, "__import__", gone)
    with pytest.raises(ValueError, match=r"pip install 'overread\[onnx\]'"):
        open_graph(path, {"format": "onnx"})


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        (lambda c, m, a, d: (c, m, a), "does not answer density"),
        (lambda c, m, a, d: {"malignancy": m}, "malignancy_map, abnormality, density"),
        (lambda c, m, a, d: (c, m, a, d[:, :3]), r"'density': \(1, 3\)"),
        (lambda c, m, a, d: (c[0], m, a, d), r"'malignancy_map': \(4, 3\)"),
        (lambda c, m, a, d: (c, 0.5, a, d), "'malignancy': None"),
        (lambda c, m, a, d: c, "does not answer malignancy"),
    ],
)
def test_a_graph_that_answers_something_else_says_what(answer, named):
    network = Graph(lambda x: answer(*Bright()(x)))
    with pytest.raises(ValueError, match=named):
        network(torch.rand(1, 1, 64, 48))


@pytest.mark.parametrize(
    ("tables", "named"),
    [
        (TABLES.replace("[bands]", "[bonds]"), "lacks bands"),
        (TABLES.replace("height = 512", ""), "lacks height"),
        (TABLES.replace("[input]", "[input"), "cannot be read"),
        (TABLES.replace("0.8, 0.9]", "0.8]"), "nine rising"),
    ],
)
def test_tables_that_make_no_sense_leave_no_release_behind(tmp_path, tables, named):
    with pytest.raises((ValueError, ReleaseError), match=named):
        sealed("torchscript", tmp_path, tables=tables)
    assert not list((tmp_path / "release").glob("*"))


def test_a_graphs_table_takes_no_other_key(tmp_path):
    with pytest.raises(ValueError, match="nothing else"):
        open_graph(written("torchscript", tmp_path), {"format": "torchscript", "depth": 3})


def test_the_command_seals_a_graph(tmp_path, capsys):
    (tmp_path / "t.toml").write_text(TABLES)
    (tmp_path / CARD).write_text("# bright\n")
    file = written("torchscript", tmp_path)
    words = ["torchscript", file, "--tables", tmp_path / "t.toml", "--card", tmp_path / CARD, "--out", tmp_path / "r"]
    assert main(["releases", "import", *map(str, words)]) == 0
    assert capsys.readouterr().out.startswith("brightness 0.0.1 ")
    assert hash_file(tmp_path / "r" / "network.pt") == hash_file(file)
