"""Damaged files decode or are refused within a set amount of memory and time, in a process that outlives them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydicom import uid

from inference import phantom

ROOT = Path(__file__).parents[2]
MEGABYTES = 700  # address space beyond what the interpreter and its libraries take
FUZZ = """
import json, resource, sys, warnings
sys.path.insert(0, sys.argv[1])
warnings.simplefilter("ignore")
import numpy as np
from pathlib import Path
from inference import dicom
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + int(sys.argv[3]) * 2**20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[4]),) * 2)
rng = np.random.default_rng(int(sys.argv[5]))
told = {}
seeds = [path.read_bytes() for path in sorted(Path(sys.argv[2]).glob("*.dcm"))]
for number in range(int(sys.argv[6])):
    data = bytearray(seeds[number % len(seeds)])
    for _ in range(int(rng.integers(1, 30))):
        data[int(rng.integers(len(data) if rng.random() < 0.5 else min(len(data), 2000)))] = int(rng.integers(256))
    data = bytes(data[: int(len(data) * rng.uniform(0.3, 1))] if rng.random() < 0.3 else data)
    try:
        stack = dicom.frames(data)
        code = "decoded" if [frame for frame in stack or ()] or dicom.decode(data) else ""
    except dicom.DecodeError as error:
        code = error.code
    told[code] = told.get(code, 0) + 1
print(json.dumps(told))
"""
SYNTAXES = [
    uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.DeflatedExplicitVRLittleEndian, uid.RLELossless,
    uid.JPEGLosslessSV1, uid.JPEGLSLossless, uid.JPEG2000Lossless, uid.HTJ2KLosslessRPCL,
]  # fmt: skip


def fuzz(seeds: Path, *, seed: int, count: int, megabytes: int = MEGABYTES) -> subprocess.CompletedProcess[str]:
    numbers = map(str, (megabytes, 120, seed, count))
    command = [sys.executable, "-c", FUZZ, str(ROOT), str(seeds), *numbers]
    env = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small phantom of each syntax, and one of three frames."""
    folder = tmp_path_factory.mktemp("seeds")
    for number, syntax in enumerate(SYNTAXES):
        (folder / f"{number}.dcm").write_bytes(phantom.dicom(rows=200, cols=200, transfer_syntax=syntax))
    three = np.stack([phantom.mammogram(rows=200, cols=200)] * 3)
    (folder / "frames.dcm").write_bytes(phantom.dicom(three[0], NumberOfFrames=3, PixelData=three.tobytes()))
    return folder


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of address space are Linux's")
@pytest.mark.parametrize("seed", [0, 1])
def test_damaged_files_never_end_the_process_nor_pass_its_limits(seeds: Path, seed: int) -> None:
    ran = fuzz(seeds, seed=seed, count=600)
    assert ran.returncode == 0, ran.stderr[-500:]
    assert '"decoded"' in ran.stdout and '"corrupt"' in ran.stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of address space are Linux's")
@pytest.mark.filterwarnings("ignore")
def test_damaged_real_files_of_every_syntax_never_end_the_process(dicom_files: list[Path], tmp_path: Path) -> None:
    for path in dicom_files:
        if path.stat().st_size < 400_000:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    ran = fuzz(tmp_path, seed=2, count=600)
    assert ran.returncode == 0, ran.stderr[-500:]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of address space are Linux's")
def test_a_header_that_claims_too_much_is_refused_and_not_allocated(tmp_path: Path) -> None:
    """198 million pixels of 16 bits are 400 MB; what is compressed to nothing may claim them, and may not have them."""
    stream = phantom.dicom(rows=300, cols=220, Rows=14000, Columns=14000, transfer_syntax=uid.JPEG2000Lossless)
    (tmp_path / "huge.dcm").write_bytes(stream)
    ran = fuzz(tmp_path, seed=3, count=5, megabytes=200)
    assert ran.returncode == 0, ran.stderr[-500:]


def test_the_limit_bites(tmp_path: Path) -> None:
    pixels = np.zeros((9000, 9000), np.uint16)
    (tmp_path / "large.dcm").write_bytes(phantom.dicom(pixels))
    ran = fuzz(tmp_path, seed=4, count=1, megabytes=100)
    assert ran.returncode != 0 or "decoded" not in ran.stdout
