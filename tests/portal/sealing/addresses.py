"""The addresses of the walk: every route of the URL configuration, with what the world holds in its holes."""

from portal.cases.selectors import SORTS
from portal.cases.tabs import TABS
from portal.reading.models import Read, Report
from tests.portal.routes import filled, holes, leads_to, routes
from tests.portal.sealing.worlds import EXAMS

FILTERED = ("api-runs", "read-api-list", "report-api-list", "case-api-list", "api-events-list", "trail", "trail-export")


class NotWalked(AssertionError):
    """A route that the walk has nothing to put into: say in `things` what its hole stands for."""


def things(made, name):
    """What holes stand for at one exam of the world."""
    exam, case = made.ground.exams[name], made.cases.get(name) or made.cases[f"{name}-signed"]
    image = exam.images.order_by("created_at", "pk").first()
    reads = Read.objects.filter(case__exam=exam).order_by("started_at")
    reports = Report.objects.filter(addendum_to=None).exclude(case__exam=made.ground.exams["prior"])
    found = {
        "cases": case, "exams": exam, "runs": made.ground.runs[name], "saliency": image, "images": image,
        "reads": reads.filter(reader=made.walker).first() or reads.first() or Read.objects.first(),
        "reports": reports.filter(case__exam=exam).first() or reports.first(),
    }  # fmt: skip
    held = {word: thing.pk for word, thing in found.items()}
    dicom = {"studies": exam.study_uid, "series": image.series_uid, "instances": image.sop_uid, "frames": "1"}
    page = {"words": "de", "": "x"}  # a catalogue of the script's words: its language, its version
    return {**made.others, **dicom, **held, **page}


def every(made, names=EXAMS):
    """(route name, address) of every route, at each of the exams `names`, and of the searches that its page offers.

    Raises NotWalked for a route whose holes nothing fills, or whose address leads elsewhere.
    """
    known, found = [things(made, name) for name in names], []
    for route, pattern in routes():
        addresses = dict.fromkeys(address for each in known if (address := filled(route, each)))
        if not addresses:
            raise NotWalked(f"{route}: nothing of the world stands for {holes(route)}")
        if astray := [address for address in addresses if leads_to(address) != pattern.name]:
            raise NotWalked(f"{route}: {astray} lead elsewhere")
        found += [(pattern.name, address) for address in addresses]
    return found + [(name, f"{address}?{query}") for name, address in found for query in queries(name, known[0])]


def queries(name, known):
    """Searches, filters and orders of a list."""
    if name == "worklist":
        orders = [f"tab=pool&sort={sort}" for sort in SORTS]
        return [*(f"tab={tab.code}" for tab in TABS), *orders, "tab=open&q=P-", "tab=pool&state=unread"]
    if name == "case-new":
        return [f"exam={known['exams']}"]
    if name in FILTERED:
        return [f"exam={known['exams']}&case={known['cases']}", "verb=read", "verb=suggestion", "page=2"]
    if name in ("exams", "api-exams"):
        return ["q=P-0", "search=P-0", "page=2"]
    return []
