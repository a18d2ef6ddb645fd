"""Celery's policy in one place: queues, routes, limits, redelivery and the beat schedule."""

from pathlib import Path

from portal.settings import env

_DATA_DIR = Path(env.text("OVERREAD_DATA_DIR", str(Path(__file__).resolve().parents[2] / ".data"))).resolve()

CELERY_BROKER_URL = env.text_or_file("CELERY_BROKER_URL", f"redis+socket://{env.socket_path(_DATA_DIR)}")
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"default": {}, "intake": {}, "inference": {}}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "portal.exams.tasks.*": {"queue": "intake"},
    "portal.intake.tasks.*": {"queue": "intake"},
    "portal.reading.tasks.draw_key_image": {"queue": "intake"},
    "portal.viewer.tasks.draw_rendering": {"queue": "intake"},
    "portal.analysis.tasks.run_exam": {"queue": "inference"},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# hard limit > soft limit = 0.9 x hard; the broker redelivers later than either. A working run renews its lease
# three times per lease and never beyond the hard limit, so a killed worker's run is free after one short lease.
RUN_TIME_LIMIT = env.number("OVERREAD_RUN_TIME_LIMIT", 300)
RUN_LEASE = env.number("OVERREAD_RUN_LEASE", 60)  # seconds
RUN_ATTEMPTS = 3
RUN_REQUEUE = 600  # seconds after which an unstarted run's message is taken for lost and sent again
CELERY_TASK_TIME_LIMIT = RUN_TIME_LIMIT
CELERY_TASK_SOFT_TIME_LIMIT = int(RUN_TIME_LIMIT * 0.9)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": max(3600, 2 * RUN_TIME_LIMIT),
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
SWEEP_EVERY = env.number("OVERREAD_SWEEP_SECONDS", 10)
CELERY_BEAT_SCHEDULE = {
    "sweep-runs": {"task": "portal.analysis.tasks.sweep", "schedule": SWEEP_EVERY},
    "sweep-intake": {"task": "portal.intake.tasks.sweep", "schedule": 6 * SWEEP_EVERY},
    "sweep-claims": {"task": "portal.cases.tasks.release_stale_claims", "schedule": 60},
    "sweep-key-images": {"task": "portal.reading.tasks.sweep_key_images", "schedule": 60},
    "sweep-letters": {"task": "portal.reading.tasks.sweep_letters", "schedule": 60},
    "sweep-notices": {"task": "portal.cases.notices.sweep_notices", "schedule": 60},
    "sweep-summonses": {"task": "portal.reading.meeting_mail.sweep_summonses", "schedule": 60},
    "leave-shares": {"task": "portal.reading.tasks.leave_shares", "schedule": 60},
    "heartbeat": {"task": "portal.base.tasks.heartbeat", "schedule": 10},
}
