"""Tiny trees of CBIS-DDSM, DDSM, EMBED and OPTIMAM in their true layouts, made of phantoms."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from inference import phantom
from tests.inference.sets import write_csv, write_image

LESION = (80.0, 128.0, 20.0)
CBIS = [
    "patient_id",
    "{}density",
    "left or right breast",
    "image view",
    "abnormality id",
    "abnormality type",
    "{}",
    "assessment",
    "pathology",
    "subtlety",
    "image file path",
    "cropped image file path",
    "ROI mask file path",
]


def write_dicom(path: Path, pixels: np.ndarray, **keywords: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(phantom.dicom(pixels, **keywords))


def disc(lesion: tuple[float, float, float] = LESION) -> np.ndarray:
    x, y, radius = lesion
    yy, xx = np.indices((256, 256))
    return (np.hypot(xx - x, yy - y) <= radius).astype(np.uint16) * 4095


def cbis_ddsm(root: Path, *, classic: bool = False, masks: bool = True) -> Path:
    """Two mass patients (train malignant with two abnormalities, test benign) and one of calcifications."""
    folder = root / "cbis-ddsm"
    tables = {
        ("mass", "train"): [("P_00001", "LEFT", "CC", 1, "IRREGULAR-ARCHITECTURAL_DISTORTION", "4", "MALIGNANT"),
                            ("P_00001", "LEFT", "CC", 2, "FOCAL_ASYMMETRIC_DENSITY", "2", "BENIGN_WITHOUT_CALLBACK")],
        ("mass", "test"): [("P_00016", "RIGHT", "MLO", 1, "OVAL", "3", "BENIGN")],
        ("calc", "train"): [("P_00005", "RIGHT", "CC", 1, "AMORPHOUS", "3", "MALIGNANT"),
                            ("P_00016", "RIGHT", "CC", 1, "PUNCTATE", "2", "BENIGN")],
        ("calc", "test"): [("P_00038", "LEFT", "CC", 1, "PLEOMORPHIC", "4", "BENIGN")],
    }  # fmt: skip
    for (kind, split), rows in tables.items():
        lines = [_cbis_row(folder, kind, split, row, classic=classic, masks=masks) for row in rows]
        named = ("breast_", "mass shape") if kind == "mass" else ("breast ", "calc type")
        columns = [c.format(named[0]) if c.startswith("{}d") else c.format(named[1]) for c in CBIS]
        write_csv(folder / f"{kind}_case_description_{split}_set.csv", columns, lines)
    return root


def _cbis_row(folder: Path, kind: str, split: str, row: tuple, *, classic: bool, masks: bool) -> list[object]:
    patient, side, view, number, shape, rated, pathology = row
    name = (
        f"{'Mass' if kind == 'mass' else 'Calc'}-{'Training' if split == 'train' else 'Test'}_{patient}_{side}_{view}"
    )
    full, roi = f"{name}/1.2.{number}/1.3.1", f"{name}_{number}/1.2.9/1.3.9"
    tree = folder / "CBIS-DDSM"
    where = f"{name}/08-07-2016-DDSM-NA-1/1.000000-full mammogram images-1" if classic else full
    pixels = phantom.mammogram(side[0], view, rows=256, cols=256, lesion=LESION, bits=16)
    if number == 1:
        write_dicom(tree / where / "1-1.dcm", pixels, bits=16, ImageLaterality=None, PatientID=name)
    if masks:
        place = f"{name}_{number}/08-07-2016-DDSM-NA-2/1.000000-ROI mask images-2" if classic else roi
        write_dicom(tree / place / "1-1.dcm", disc()[:64, :64].copy())
        write_dicom(tree / place / "1-2.dcm", disc())
    stored = f"{name}/1.2.1/1.3.1/000000.dcm"
    kinds = "mass" if kind == "mass" else "calcification"
    return [patient, 3, side, view, number, kinds, shape, rated, pathology, 4, stored, f"{roi}/000000.dcm",
            f"{roi}/000001.dcm\n"]  # fmt: skip


ICS = """ics_version 1.0
filename C-0001-1
DATE_OF_STUDY 2 7 1995
PATIENT_AGE 65
FILM
FILM_TYPE REGULAR
DENSITY 3
DATE_DIGITIZED 7 22 1997
DIGITIZER LUMISYS LASER
SEQUENCE
LEFT_CC LINES 512 PIXELS_PER_LINE 512 BITS_PER_PIXEL 12 RESOLUTION 50 OVERLAY
LEFT_MLO LINES 512 PIXELS_PER_LINE 512 BITS_PER_PIXEL 12 RESOLUTION 50 OVERLAY
RIGHT_CC LINES 512 PIXELS_PER_LINE 512 BITS_PER_PIXEL 12 RESOLUTION 50 NON_OVERLAY
RIGHT_MLO LINES 512 PIXELS_PER_LINE 512 BITS_PER_PIXEL 12 RESOLUTION 50 NON_OVERLAY
"""
OVERLAY = """TOTAL_ABNORMALITIES {count}
ABNORMALITY 1
LESION_TYPE {type}
ASSESSMENT 5
SUBTLETY 3
PATHOLOGY {pathology}
TOTAL_OUTLINES 1
BOUNDARY
120 216 {chain} #
"""
SQUARE = " ".join(["2"] * 80 + ["4"] * 80 + ["6"] * 80 + ["0"] * 80)  # right, down, left, up


def ddsm(root: Path) -> Path:
    """One case: a malignant spiculated mass on the left, converted at half of the scanned size."""
    folder = root / "ddsm" / "cancers" / "cancer_01" / "case0001"
    for side in ("LEFT", "RIGHT"):
        for view in ("CC", "MLO"):
            lesion = LESION if side == "LEFT" else None
            write_image(folder / f"C_0001_1.{side}_{view}.png", side[0], view, lesion, 0)
    (folder / "C-0001-1.ics").write_text(ICS)
    for view in ("CC", "MLO"):
        text = OVERLAY.format(
            count=1, type="MASS SHAPE IRREGULAR MARGINS SPICULATED", pathology="MALIGNANT", chain=SQUARE
        )
        (folder / f"C_0001_1.LEFT_{view}.OVERLAY").write_text(text)
    return root


EMBED_META = ["anon_dicom_path", "empi_anon", "acc_anon", "ImageLateralityFinal", "ViewPosition", "FinalImageType",
              "num_roi", "ROI_coords", "spot_mag", "Manufacturer"]  # fmt: skip
EMBED_CLINICAL = ["empi_anon", "acc_anon", "side", "asses", "path_severity", "tissueden", "massshape", "calcfind",
                  "age_at_study"]  # fmt: skip


def embed(root: Path) -> Path:
    """One woman with a cancer at the left and a normal right breast; one normal; a spot view and a synthetic one beside."""
    folder = root / "embed"
    meta, base = [], "/mnt/NAS2/mammo/anon_dicom"
    for name, patient, exam, side, kind, rois, spot in (
        ("a.dcm", 100, 900, "L", "2D", "((108, 60, 148, 100),)", ""),
        ("b.dcm", 100, 900, "R", "2D", "()", ""),
        ("c.dcm", 200, 901, "L", "2D", "()", ""),
        ("d.dcm", 100, 900, "L", "2D", "()", "1.0"),
        ("e.dcm", 100, 900, "L", "cview", "()", ""),
    ):
        path = f"cohort_1/{patient}/{exam}/{name}"
        pixels = phantom.mammogram(side, "CC", rows=256, cols=256, lesion=LESION if rois != "()" else None)
        write_dicom(folder / "images" / path, pixels, laterality=side)
        meta.append([f"{base}/{path}", patient, exam, side, "CC", kind, int(rois != "()"), rois, spot, "HOLOGIC, Inc."])
    write_csv(folder / "EMBED_OpenData_metadata_reduced.csv", EMBED_META, meta)
    clinical = [
        [100, 900, "L", "M", "0.0", "3.0", "X", "", "61"],
        [100, 900, "R", "N", "", "3.0", "", "", "61"],
        [200, 901, "", "N", "", "1.0", "", "", "50"],
    ]
    write_csv(folder / "EMBED_OpenData_clinical_reduced.csv", EMBED_CLINICAL, clinical)
    return root


STUDY, SERIES, IMAGES = "1.2.826.0.1", "1.2.826.0.2", {"L": "1.2.826.0.31", "R": "1.2.826.0.32"}


def optimam(root: Path) -> Path:
    """One client: a malignant mass at the left, the right breast normal, and a raw image that is not for reading."""
    data, images = root / "optimam" / "data" / "optm1", root / "optimam" / "images" / "optm1" / STUDY
    (data / STUDY).mkdir(parents=True)
    mark = {"MarkID": 1, "X1": 60, "Y1": 108, "X2": 100, "Y2": 148, "Mass": "1", "Conspicuity": "Obvious",
            "LinkedNBSSLesionNumber": "1"}  # fmt: skip
    series = {SERIES: {IMAGES["L"]: {"1": mark}, IMAGES["R"]: {}, "1.2.826.0.33": {}}}
    study = {"StudyDate": "2013-01-02", "EpisodeID": "7", **series}
    (data / "imagedb_optm1.json").write_text(json.dumps({"Site": "stge", "STUDIES": {STUDY: study}}))
    screening = {side: {"DatePerformed": "2013-01-02", "Opinion": "RR"} for side in "LR"}
    episode = {
        "EpisodeType": "First Call",
        "EpisodeOpenedDate": "2013-01-01",
        "SCREENING": {**screening, "dateperformed": "2013-01-02"},
        "BIOPSYWIDE": {"left_opinion": "OM", "right_opinion": "ON", "L": {}, "R": {}, "dateperformed": "2013-01-20"},
    }
    (data / "nbss_optm1.json").write_text(json.dumps({"ClientID": "optm1", "7": episode}))
    for side, image in IMAGES.items():
        pixels = phantom.mammogram(side, "MLO", rows=256, cols=256, lesion=LESION if side == "L" else None)
        write_dicom(images / f"{image}.dcm", pixels, laterality=side, view="MLO")
    raw = phantom.mammogram("L", "MLO", rows=256, cols=256)
    write_dicom(images / "1.2.826.0.33.dcm", raw, view="MLO", PresentationIntentType="FOR PROCESSING")
    return root


def shrink(path: Path, factor: int) -> None:
    """Write a picture smaller by `factor`."""
    with Image.open(path) as image:
        image.resize((image.width // factor, image.height // factor)).save(path)
