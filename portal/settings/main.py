"""All settings, flat: the embedded default and a cluster differ by environment variables alone."""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from portal.settings import env
from portal.settings.tasks import *  # noqa: F403

ROOT = Path(__file__).resolve().parents[2]
DATA_DIR = Path(env.text("OVERREAD_DATA_DIR", str(ROOT / ".data"))).resolve()

DEBUG = False
SECRET_KEY = env.secret("OVERREAD_SECRET_KEY", kept_in=DATA_DIR / "secret-key")
ALLOWED_HOSTS = env.words("OVERREAD_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("OVERREAD_ORIGINS")
BEHIND_TLS = env.flag("OVERREAD_TLS", default=False)
VERSION = next(
    line.split("[")[1].split("]")[0]
    for line in (ROOT / "CHANGELOG.md").read_text().splitlines()
    if line.startswith("## [") and "Unreleased" not in line
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "rest_framework",
    "rest_framework_tus",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "django_vite",
    "csp",
    "portal.base",
    "portal.audit",
    "portal.practices",
    "portal.exams",
    "portal.analysis",
    "portal.cases",
    "portal.intake",
    "portal.reading",
    "portal.batches",
    "portal.wado_proxy",
    "portal.viewer",
    "portal.interop",
]

MIDDLEWARE = [
    "portal.base.middleware.request_id",
    "portal.base.language.one_request",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.base.middleware.private_answers",
    "portal.base.middleware.clean_addresses",
    "portal.base.middleware.look_up_once",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.practices.language.own_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.practices.context.navigation",
            ]
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        env.text_or_file("DATABASE_URL", f"sqlite:///{DATA_DIR / 'overread.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a writer queues at BEGIN instead of failing when a read turns into a write.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # Plans here cost little and are guessed dear: compiling one takes longer than the query.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES = {
    "default": env.object_store(env.text("OBJECT_STORE", f"file://{DATA_DIR / 'objects'}")),
    "staticfiles": {"BACKEND": "portal.base.static_files.StaticFiles"},
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("OVERREAD_STATIC_ROOT", str(ROOT / "staticfiles")))
VITE_DIST = ROOT / "static" / "viewer" / "dist"
STATICFILES_DIRS = [("viewer", VITE_DIST), ("css", ROOT / "static" / "css"), ("img", ROOT / "static" / "img")]
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": VITE_DIST / ".vite" / "manifest.json",
        "static_url_prefix": "viewer",
    }
}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9A-Za-z_-]{8,12}\..+$"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.redis_url(CELERY_BROKER_URL),  # noqa: F405
    }
}

AUTH_USER_MODEL = "practices.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # members come by invitation: the link already proves the address
ACCOUNT_ADAPTER = "portal.practices.adapter.AccountAdapter"
ACCOUNT_RATE_LIMITS: dict[str, str] = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False  # shared workstations: closing the browser signs out
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # who is not a member gets no mail from here
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Overread: "
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("OVERREAD_PROXIES", 1 if BEHIND_TLS else 0)  # rate limits see the client
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Source: what Cornerstone3D's workers and WebAssembly codecs need, and no more.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, "'wasm-unsafe-eval'"],
        "worker-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.practices.tokens.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.practices.permissions.IsMember"],
    "DEFAULT_PAGINATION_CLASS": "portal.base.paging.Pages",
    "PAGE_SIZE": 25,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PARSER_CLASSES": [
        "portal.base.parsers.CleanJSON",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "portal.base.errors.api_exception_handler",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"token": "600/m"},
    "DEFAULT_VERSIONING_CLASS": None,
}
SPECTACULAR_SETTINGS = {"TITLE": "Overread", "VERSION": VERSION, "SERVE_INCLUDE_SCHEMA": False}

# `UPLOAD_LIMIT` bounds one file; Django's own body limit stays low because tus sends in chunks.
UPLOAD_LIMIT = env.number("OVERREAD_UPLOAD_LIMIT_MB", 2048) * 1024 * 1024
UPLOAD_DIR = Path(env.text("OVERREAD_UPLOAD_DIR", str(DATA_DIR / "uploads")))
BASE_DIR = ROOT  # read by rest_framework_tus at import
REST_FRAMEWORK_TUS = {
    "UPLOAD_MODEL": "intake.PartialUpload",
    "SAVE_HANDLER_CLASS": "portal.intake.tus.LeftOnDisk",
    "MAX_FILE_SIZE": UPLOAD_LIMIT,
    "UPLOAD_DIR": str(UPLOAD_DIR),
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 17 * 1024 * 1024
EMAIL_HOST = env.text("OVERREAD_EMAIL_HOST")  # empty: letters are printed to the log of the process that sends them
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = env.number("OVERREAD_EMAIL_PORT", 587)
EMAIL_USE_TLS = EMAIL_PORT == 587  # STARTTLS on the submission port (RFC 6409), TLS from the start on 465 (RFC 8314)
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_HOST_USER = env.text("OVERREAD_EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text_or_file("OVERREAD_EMAIL_PASSWORD")
EMAIL_TIMEOUT = 20  # seconds
PUBLIC_URL = env.text("OVERREAD_URL").rstrip("/")  # how members reach the portal, for links in mails
DEFAULT_FROM_EMAIL = env.text("OVERREAD_EMAIL_FROM", "overread@localhost")

RELEASE = env.text("OVERREAD_RELEASE")  # empty: the bundled release
DEVICE = env.text("OVERREAD_DEVICE", "auto")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español")]
TIME_ZONE = env.text("OVERREAD_TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["portal.base.formats"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {request_id} {name} {message}", "style": "{"}},
    "filters": {"request_id": {"()": "portal.base.requests.RequestIdFilter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["stderr"], "level": env.text("OVERREAD_LOG_LEVEL", "WARNING")},
    "loggers": {
        "portal": {"level": env.text("OVERREAD_LOG_LEVEL", "INFO")},
        "django.request": {"level": "ERROR"},  # a 404's line quotes the address, in which a person typed anything
        "pydicom": {"level": "ERROR"},  # its warnings quote element values, which may be a patient's
    },
}
NOTICE = "Suggestions come from a research model and are not a diagnosis."

# `/readyz`: each check raises when its part is not well.
READINESS_CHECKS = {
    "database": "portal.base.health.database",
    "broker": "portal.base.health.broker",
    "worker": "portal.base.health.worker",
    "storage": "portal.base.health.storage",
    "release": "portal.analysis.releases.bundled",
}
