"""The web process answers every kind of request without ever loading torch."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VISIT = """
import sys
from wsgiref.util import setup_testing_defaults
from portal.wsgi import application

PATHS = ["/", "/accounts/login/", "/healthz", "/api/v1/runs/", "/api/v1/releases/", "/api/v1/exams/", "/api/v1/cases/",
         "/api/v1/schema/", "/cases/", "/exams/", "/dicomweb/studies/1.2/metadata", "/static/missing.js"]
for path in PATHS:
    environ = {"PATH_INFO": path, "HTTP_HOST": "localhost"}
    setup_testing_defaults(environ)
    seen = []
    answer = application(environ, lambda status, headers: seen.append(status))
    b"".join(answer)
    assert not seen[0].startswith("5"), (path, seen)
import portal.analysis.services, portal.analysis.runner, portal.analysis.releases
loaded = sorted(name for name in sys.modules if name.split(".")[0] in ("torch", "torchvision"))
assert loaded == [], loaded
print("visited", len(PATHS))
"""


def run(code, tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", "OVERREAD_DATA_DIR": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    migrate = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True, capture_output=True)
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_web_process_never_loads_torch(tmp_path):
    done = run(VISIT, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "visited 12" in done.stdout


def test_the_check_would_notice_torch(tmp_path):
    done = run(
        VISIT.replace("import portal.analysis.services,", "import inference.pipeline, portal.analysis.services,"),
        tmp_path,
    )
    assert done.returncode != 0
    assert "torch" in done.stderr
