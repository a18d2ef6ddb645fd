"""A practice at work in worlds that are equal but for what the runs say."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from portal.analysis.models import Release, Run
from portal.batches.services import open_batch
from portal.cases.models import SavedList
from portal.cases.services import Request, open_case
from portal.exams.models import Exam
from portal.intake.models import PartialUpload, Submission
from portal.practices.models import Invitation, Membership, User
from portal.practices.permissions import SCOPES
from portal.practices.services.tokens import issue_token
from portal.reading.comments import write_comment
from portal.reading.models import OutcomeTable
from portal.reading.outcomes import Found, enter
from portal.reading.services.sign import add, sign
from tests.portal.cases.story import benign
from tests.portal.sealing.findings import Said, tell
from tests.portal.sealing.situations import SITUATIONS, changed
from tests.portal.viewer.filing import file_exam

EXAMS = (*SITUATIONS, "prior")  # "prior": an earlier exam, signed, of the woman of "second-draft"
STEPS = ("low", "intermediate", "elevated")
SETTINGS = {
    "sharing": "clinician",
    "protocols": {"score-stratified": {"double_from": 9, "marks_from": 6}},
}  # the practice's own numbers


def said(which=0):
    """What the run of each exam says in world `which` (0 or 1): other scores in another order, the same triage steps."""
    found = {}
    for at, name in enumerate(EXAMS):
        place = (at, len(EXAMS) - at)[which]
        score = round(0.05 + 0.045 * place + 0.0012345 * (at + 1) + 0.0001017 * which, 7)
        mark = round(0.031 + 0.00131 * at + 0.0500213 * which, 7)
        found[name] = Said(score, STEPS[at % 3], min(10, int(10 * score) + 1), mark)
    found["stratified-low"] = replace(found["stratified-low"], band=(3, 7)[which])
    found["stratified-high"] = replace(found["stratified-high"], band=(9, 10)[which])
    found["stratified-marks"] = (
        replace(said(0)["stratified-marks"], band=4, mark=found["stratified-marks"].mark)
        if which
        else replace(found["stratified-marks"], band=4)
    )
    return found


@dataclass
class Ground:
    """What both worlds stand on: people, and exams whose runs have said nothing yet."""

    cast: Any
    exams: dict[str, Exam]
    runs: dict[str, Run]
    walker: User  # the blind reader
    theo: User  # a third reader
    lone: Exam  # of a batch


def ground(cast, roles=()):
    """Made before the worlds part; Rosa is the walker, reads, and holds `roles` as well."""
    theo = User.objects.create_user("theo@example.org", "Theo")
    Membership.objects.create(user=theo, practice=cast.northside, role="reader")
    for role in roles:
        Membership.objects.create(user=cast.rosa, practice=cast.northside, role=role)
    cast.northside.settings = SETTINGS
    cast.northside.save(update_fields=["settings"])
    views = {name: [("L", "CC"), ("R", "CC")] for name in EXAMS}
    exams = {name: file_exam(cast.northside, each, handed_in_by=cast.alice) for name, each in views.items()}
    Exam.objects.filter(pk=exams["second-draft"].pk).update(study_date=date(2026, 2, 1))
    Exam.objects.filter(pk=exams["prior"].pk).update(
        patient=exams["second-draft"].patient_id, study_date=date(2024, 1, 9)
    )
    for exam in exams.values():
        exam.refresh_from_db()
    release = Release.objects.create(name="test-release", version="1.2.3", digest="d" * 64, card={})
    runs = {
        name: Run.objects.create(exam=exam, release=release, revision=exam.revision) for name, exam in exams.items()
    }
    lone = file_exam(cast.northside, [("L", "CC")], handed_in_by=cast.cora)
    return Ground(cast, exams, runs, cast.rosa, theo, lone)


@dataclass
class World:
    """What came of the ground: the cases by exam, and what the addresses of the walk are made of."""

    ground: Ground
    walker: User  # who looks everywhere: the ground's, unless a test says otherwise
    words: str  # of what the run of "double-meeting" says
    first: Any = benign  # what a colleague locks
    cases: dict[str, Any] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)
    meeting: Any = None
    share: Any = None
    secret: str = ""  # of a token of the walker with every scope


def world(ground, findings, stand, first=benign):
    """Let the runs say `findings` (a run without one goes on), and the practice work."""
    made, cast = World(ground, ground.walker, findings["double-meeting"].text, first), ground.cast
    stand.at(1, "runs")
    for name, each in findings.items():
        tell(ground.runs[name], each)
    stand.at(2, "people")  # chance begins anew: the names of stored maps have used some of it
    for name in ("prior", "again"):
        _signed(made, name)
        stand.now += timedelta(minutes=10)
    for name, situation in SITUATIONS.items():
        stand.now += timedelta(minutes=5)
        asked = Request(question="Is the left mass new?", protocol=situation.protocol, **situation.asked)
        case = made.cases[name] = open_case(exam=ground.exams[name], asked=asked, actor=cast.alice)
        write_comment(case=case, actor=cast.alice, text="She was operated on the left.")
    for name, situation in SITUATIONS.items():
        stand.now += timedelta(minutes=5)
        situation.act(made, made.cases[name])
    _belongings(made)
    return made


def _signed(made, name):
    """A case on the exam that Rufus read, amended after the suggestion and signed."""
    cast, exam = made.ground.cast, made.ground.exams[name]
    case = open_case(exam=exam, asked=Request(question="What is it?", protocol="second-reader"), actor=cast.alice)
    changed(made, case)
    report = sign(case=case, actor=cast.rufus, text="Signed words.")
    add(report=report, actor=cast.rufus, text="More signed words.")
    enter(exam=exam, found=[Found("L", "malignant", "pathology", None)], actor=cast.alice)
    made.cases[f"{name}-signed"] = case


def _belongings(made):
    """One of everything else that an address may name."""
    cast, walker = made.ground.cast, made.ground.walker
    asked = Request(question="One of many?")
    batch = open_batch(practice=cast.northside, name="Monday", exams=[made.ground.lone], asked=asked, actor=cast.cora)
    batch.items.create(exam=made.ground.exams["again"], case=made.cases["again-signed"])
    submission = Submission.objects.create(practice=cast.northside, sender=walker)
    upload = PartialUpload.objects.create(submission=submission, upload_length=9, upload_metadata="{}", filename="x")
    invitation = Invitation.objects.create(
        practice=cast.northside, email="new@example.org", roles=["reader"], key_hash="k", invited_by=cast.ada,
        expires_at=batch.created_at + timedelta(days=1),
    )  # fmt: skip
    token, made.secret = issue_token(user=walker, name="t", scopes=SCOPES, expires_at=None, actor=None)
    table = OutcomeTable.objects.create(practice=cast.northside, digest="d" * 64, faults=0, sent_by=cast.cora)
    kept = SavedList.objects.create(user=walker, practice=cast.northside, name="Mine", tab="pool")
    made.others = {
        "batches": batch.pk, "submissions": submission.pk, "uploads": upload.guid, "invitations": invitation.pk,
        "tokens": token.pk, "releases": made.ground.runs["prior"].release_id, "protocols": "triage", "key": "x",
        "lexicons": "overread-2", "tables": table.pk, "lists": kept.pk, "pictures": 1,
        "meetings": made.meeting.pk, "shares": made.share.pk, "members": cast.rufus.pk, "readers": cast.rufus.pk,
    }  # fmt: skip
