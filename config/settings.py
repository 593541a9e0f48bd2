"""Settings of the project, from the environment alone (see `docs/environment.md`)."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from kombu import Exchange, Queue

from config.environment import (
    BASE_DIR,
    env,
    read_address,
    read_bool,
    read_count,
    read_data_dir,
    read_email,
    read_file,
    read_folder,
    read_former_secret_keys,
    read_port,
    read_proxies,
    read_seal,
    read_secret_key,
    read_site_url,
    read_witnesses,
    stop,
)
from config.schedule import SCHEDULE

DATA_DIR = read_data_dir()
PORT = read_port()
SITE_URL = read_site_url(PORT)
#: What the back office, second factors and calendars call the installation.
SITE_NAME = env.str("SITE_NAME", default="Formation")
SITE_IS_SECURE = SITE_URL.startswith("https://")
DEBUG = read_bool("DEBUG", default=False)
# Demonstration accounts exist, and staff may log in without a second factor, only under DEMO.
DEMO = read_bool("DEMO", default=False)
if DEMO and SITE_IS_SECURE:
    stop(
        "DEMO ouvre des comptes dont le mot de passe est public ; retirez-le ou SITE_URL en https."
    )
SECRET_KEY = read_secret_key(DATA_DIR, required=SITE_IS_SECURE)
SECRET_KEY_FALLBACKS = read_former_secret_keys()
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", urlsplit(SITE_URL).hostname or ""]
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "accounts",
    "core",
    "training",
    "attendance",
    "evaluations",
    "cms",
    "certificates",
    "exchange",
    "quality",
    "portal",
    "operations",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    "import_export",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.sitemaps",
    "wagtail.embeds",
    "wagtail.sites",
    "operations.users.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "operations.middleware.HeadMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "operations.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # After the headers of every answer, what is refused before anything reads query or body.
    "operations.middleware.NullCharacterMiddleware",
    "operations.middleware.RequestSizeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.middleware.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.slow_logins.SlowLoginMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "operations.context_processors.site",
            ],
        },
    },
]
FORM_RENDERER = "operations.forms.SiteFormRenderer"

# --- Database -----------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
DATABASE_IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if DATABASE_IS_SQLITE:
    DATABASES["default"]["ENGINE"] = "operations.sqlite"
    # Readers never wait for a writer (WAL); a writer takes its lock when its transaction begins, so
    # that two of them queue (30 s) instead of failing half-way with « database is locked ».
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opening a connection costs as much as rendering half a page, on SQLite too.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Files --------------------------------------------------------------------------------------

MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_ROOT = DATA_DIR / "private"
BACKUP_DIR = read_folder("BACKUP_DIR", default=DATA_DIR / "backups")
BACKUP_KEEP_DAYS = read_count("BACKUP_KEEP_DAYS", default=14)
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "operations.media_storage.PublicStorage"},
    # Never served by address: only through a view that checks who asks.
    "private": {
        "BACKEND": "operations.file_storage.WholeFileStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None, "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "operations.static_storage.ManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Cache, tasks, mail -------------------------------------------------------------------------

CACHES = {
    # On files, so that every process of the machine sees the same counters and pages.
    "default": env.cache_url("CACHE_URL", default=f"filecache://{DATA_DIR / 'cache'}"),
}
# Public pages as rendered, for ten minutes at most: a session begins without a row being written.
CACHES["pages"] = {**CACHES["default"], "TIMEOUT": 600, "KEY_PREFIX": "pages"}
if CACHES["default"]["BACKEND"].endswith("FileBasedCache"):
    # Beyond its limit (300 by default) it throws entries away at random, rate limits included:
    # pages have a folder of their own.
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 5000)
    CACHES["default"]["BACKEND"] = "operations.file_cache.FileCache"
    CACHES["pages"] |= {
        "LOCATION": str(DATA_DIR / "pages"),
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }
# Whether pages are kept at all: off for measurements and for most tests.
PAGE_CACHE = True

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://localhost//")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = [Queue("default", Exchange("default"), routing_key="default")]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = SCHEDULE
if CELERY_BROKER_URL.startswith("filesystem://"):
    CELERY_BROKER_TRANSPORT = "operations.queue_folder.Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "folder": str(DATA_DIR / "queue"),
        "polling_interval": 0.05,  # seconds
    }
    # Orders to workers and their answers would be one more queue to look at, 20 times a second.
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False

vars().update(read_email(DATA_DIR))
EMAIL_TIMEOUT = 10  # seconds: a mail server that hangs must not hang a page
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="formation@example.org")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# --- Accounts -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.FrenchPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# By account alone: a whole room of learners shares one network address, whose failures are answered
# in turn (`accounts.slow_logins`) and shut nobody out.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/300s/key",
    "request_login_code": "3/m/key",
    "reset_password": "5/m/key",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # seconds
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
# An unknown address gets a mail that says so: same page, same delay, and no code awaited in vain.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60  # seconds
ACCOUNT_FORMS = {
    "login": "core.forms.accounts.LoginForm",
    "request_login_code": "core.forms.accounts.RequestLoginCodeForm",
    "confirm_login_code": "core.forms.accounts.ConfirmLoginCodeForm",
    "reset_password": "core.forms.accounts.ResetPasswordForm",
    "confirm_password_reset_code": "core.forms.accounts.ConfirmPasswordResetCodeForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "core.forms.accounts.AuthenticateForm",
    "reauthenticate": "core.forms.accounts.ReauthenticateForm",
    "activate_totp": "core.forms.accounts.ActivateTOTPForm",
    "add_webauthn": "core.forms.accounts.AddWebAuthnForm",
    "edit_webauthn": "core.forms.accounts.EditWebAuthnForm",
}
# The office makes the accounts: their addresses need no proof before a second factor is added.
MFA_ALLOW_UNVERIFIED_EMAIL = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
USERSESSIONS_TRACK_ACTIVITY = False
# The address of a visitor is read from the entry that the first of these proxies wrote
# (`accounts.addresses`).
ALLAUTH_TRUSTED_PROXY_COUNT = read_proxies(required=SITE_IS_SECURE)

# Under that much room left on the disk of DATA_DIR, staff and `/readyz` are warned.
DISK_FLOOR = read_count("DISK_FLOOR_MB", default=500) * 1024 * 1024

# How many requests for a place one network address may send in an hour.
ENROLMENTS_PER_HOUR = read_count("ENROLMENTS_PER_HOUR", default=30)
# The same for what is written through the other public forms: requests, complaints.
MESSAGES_PER_HOUR = read_count("MESSAGES_PER_HOUR", default=20)

# --- Electronic seal ------------------------------------------------------------------------------

# Without a file, documents are sealed with a demonstration certificate, and say so.
SEAL_FILE, SEAL_PASSPHRASE = read_seal()
# Address of an RFC 3161 timestamp authority; empty: documents carry no timestamp.
SEAL_TIMESTAMP = read_address("SEAL_TIMESTAMP")
# The authority that dates the heads of chains of attendance: the same one unless said otherwise.
TIMESTAMP_URL = read_address("TIMESTAMP_URL") or SEAL_TIMESTAMP
# Certificates, in PEM, trusted to vouch for it.
TIMESTAMP_CA_FILE = read_file("TIMESTAMP_CA_FILE")

# Other organisations that sign the roots published each day: name → public key (Ed25519, base64).
PROOF_WITNESSES = read_witnesses()

# --- Security -----------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_SECURE
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "operations.views.csrf_failure"
SECURE_SSL_REDIRECT = SITE_IS_SECURE
# What watches the site asks on the machine itself, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SITE_IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SITE_IS_SECURE and read_bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = SITE_IS_SECURE and read_bool("HSTS_PRELOAD", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SITE_IS_SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
# W019 asks for DENY: Wagtail shows its previews in a frame of the same site. W005 and W021 ask for
# subdomains and preloading: the owner of the domain decides (HSTS_SUBDOMAINS, HSTS_PRELOAD).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W019", "security.W021"]
# No nonce on purpose: a page kept in a cache would share it. Nothing of ours is inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

# --- Wagtail ------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_I18N_ENABLED = False
# « été » becomes « ete »: an accent in a URL that is copied becomes letters and figures.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "Français")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Accounts and second factors belong to /compte/: Wagtail must not offer a way around them.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["pdf", "odt", "ods", "docx", "xlsx", "csv", "txt"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.forms.images.ImageForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # no content from third parties
WAGTAIL_USER_TIME_ZONES = ["Europe/Paris"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_IMPORT_IGNORE_BLANK_LINES = True

# --- Logs ---------------------------------------------------------------------------------------

# script/run starts several processes on one terminal: each line says which one writes it.
_process = env.str("SUPERVISOR_PROCESS_NAME", default="")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "format": f"{_process} | " * bool(_process) + "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "filters": {"secrets": {"()": "operations.logs.SecretsOfPaths"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["secrets"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # WeasyPrint and fontTools speak of every font they read.
    "loggers": {name: {"level": "ERROR"} for name in ("weasyprint", "fontTools")},
}
