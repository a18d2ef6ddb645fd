"""Files an exam and asks for its analysis, in a process of its own: `python -m tests.portal.analysis.ask`."""

import django

django.setup()

from portal.analysis import services  # noqa: E402
from portal.practices.models import Practice  # noqa: E402
from tests.portal.analysis.results import FACTS  # noqa: E402
from tests.portal.viewer.filing import file_exam  # noqa: E402

if __name__ == "__main__":
    services.bundled = lambda: FACTS
    exam = file_exam(Practice.objects.create(name="Northside"), [("L", "CC")])
    print(services.request_run(exam=exam, actor=None).pk)
