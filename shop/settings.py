"""Settings. Everything that differs between installs comes from the environment or `.env`.

`.env.example` documents each name. Nothing else in the project reads the environment.
"""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from shop.common.demo import accounts_file_name
from shop.observability.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

env = environ.Env()
environ.Env.read_env(env.str("SHOP_ENV_FILE", default=str(BASE_DIR / ".env")))

# --- Security ----------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Put a long random value into the environment or .env, for example the output of: "
        'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )
if not DEBUG and (len(SECRET_KEY) < 32 or SECRET_KEY.startswith(("change-me", "django-insecure-"))):
    raise ImproperlyConfigured("SECRET_KEY is too short or a placeholder. Set one of at least 32 random characters.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
INTERNAL_IPS = ["127.0.0.1"]

SHOP_HTTPS = env.bool("SHOP_HTTPS", default=True)
SECURE_SSL_REDIRECT = SHOP_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^api/health/?$"]
SESSION_COOKIE_SECURE = SHOP_HTTPS
CSRF_COOKIE_SECURE = SHOP_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SHOP_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SHOP_HTTPS
SECURE_HSTS_PRELOAD = SHOP_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "shop.pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"

SHOP_TRUSTED_PROXIES = env.list("SHOP_TRUSTED_PROXIES", default=[])
if SHOP_TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The storefront carries no inline script or style. Nonces exist for the admin and the API's pages only.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SHOP_STAFF_SCRIPT_SOURCES = [SELF, NONCE]

# --- Parts -------------------------------------------------------------------

INSTALLED_APPS = [
    "shop",
    "shop.api",
    "shop.tasks",
    "shop.webhooks",
    "accounts",
    "catalog",
    "carts",
    "orders",
    "shop.admin_config.ShopAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "allauth.usersessions",
    "corsheaders",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "lucide",
    "rest_framework",
    "treebeard",
]

MIDDLEWARE = [
    "shop.observability.middleware.RequestIdMiddleware",
    "shop.observability.middleware.RequestLogMiddleware",
    "shop.observability.middleware.ProbeMiddleware",
    "catalog.web.strangers.StrangerMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shop.pages.ShopErrorMiddleware",
]

ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shop.context.shop",
                "carts.web.context.bag",
            ],
        },
    }
]

FORM_RENDERER = "shop.form_renderer.FormRenderer"

if DEBUG and env.bool("SHOP_DEBUG_TOOLBAR", default=False):
    INSTALLED_APPS.append("debug_toolbar")
    MIDDLEWARE.insert(
        MIDDLEWARE.index("csp.middleware.CSPMiddleware"), "debug_toolbar.middleware.DebugToolbarMiddleware"
    )

# --- Database ----------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
_database = DATABASES["default"]
_database["ATOMIC_REQUESTS"] = False
_database["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
_database["CONN_HEALTH_CHECKS"] = True
if _database["ENGINE"].endswith("mysql"):
    _database.setdefault("OPTIONS", {}).update(
        charset="utf8mb4",
        isolation_level="read committed",
        # A unit that waits ten seconds for a row begins again, or gives up and says so.
        init_command="SET sql_mode='STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION',"
        " innodb_lock_wait_timeout=10",
    )
else:
    _database["CONN_MAX_AGE"] = 0 if DEBUG else _database["CONN_MAX_AGE"]
    _database.setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA cache_size=-8000;",
    )
SHOP_DEFAULT_DATABASE = str(BASE_DIR / "db.sqlite3")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache and sessions ------------------------------------------------------

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
SESSION_ENGINE = "shop.sessions"
SESSION_COOKIE_AGE = 60 * 24 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Accounts ----------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.IdentifierBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "accounts:account"
LOGOUT_REDIRECT_URL = "catalog:home"
# 19 MiB a hash instead of Django's 100: parallel sign-ins must not exhaust a small machine.
PASSWORD_HASHERS = [
    "accounts.hashers.SmallArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # codes are our own: accounts.services.email_codes
ACCOUNT_RATE_LIMITS = False  # limits are our own: shop.api.limits
MFA_ADAPTER = "accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
SOCIALACCOUNT_ADAPTER = "accounts.web.providers.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {"google": {"OAUTH_PKCE_ENABLED": True}, "github": {"OAUTH_PKCE_ENABLED": True}}
SHOP_GOOGLE_CLIENT_ID = env.str("SHOP_GOOGLE_CLIENT_ID", default="")
SHOP_GOOGLE_CLIENT_SECRET = env.str("SHOP_GOOGLE_CLIENT_SECRET", default="")
SHOP_GITHUB_CLIENT_ID = env.str("SHOP_GITHUB_CLIENT_ID", default="")
SHOP_GITHUB_CLIENT_SECRET = env.str("SHOP_GITHUB_CLIENT_SECRET", default="")
# What people may sign in with from elsewhere, in this order.
_PROVIDER_KEYS = {
    "google": {"client_id": SHOP_GOOGLE_CLIENT_ID, "secret": SHOP_GOOGLE_CLIENT_SECRET},
    "github": {"client_id": SHOP_GITHUB_CLIENT_ID, "secret": SHOP_GITHUB_CLIENT_SECRET},
}
SHOP_PROVIDERS = {name: keys for name, keys in _PROVIDER_KEYS.items() if all(keys.values())}

# --- Language, time ----------------------------------------------------------

LANGUAGE_CODE = env.str("SHOP_LANGUAGE", default="en")
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["shop.formats"]
USE_I18N = True
USE_TZ = True
SHOP_TIME_ZONE = env.str("SHOP_TIME_ZONE", default="Europe/Berlin")
TIME_ZONE = SHOP_TIME_ZONE

# --- Files -------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
MEDIA_URL = env.str("SHOP_MEDIA_URL", default="/media/")
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
# The search index of this machine: derived, built anew at any time.
SHOP_SEARCH_ROOT = Path(env.str("SHOP_SEARCH_ROOT", default=str(BASE_DIR / "var" / "search")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o644

# --- E-mail ------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
SHOP_FROM_EMAIL = env.str("SHOP_FROM_EMAIL", default="shop@localhost")
SHOP_STAFF_EMAILS = env.list("SHOP_STAFF_EMAILS", default=[SHOP_FROM_EMAIL])
DEFAULT_FROM_EMAIL = SHOP_FROM_EMAIL
SERVER_EMAIL = SHOP_FROM_EMAIL

# --- Tasks -------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "shop.tasks.backend.ShopTaskBackend"}}

# --- The shop ----------------------------------------------------------------

SHOP_NAME = env.str("SHOP_NAME", default="Halftide")
SHOP_TAGLINE = env.str("SHOP_TAGLINE", default="")
SHOP_URL = env.str("SHOP_URL", default="http://127.0.0.1:8000").rstrip("/")
SHOP_CURRENCY = env.str("SHOP_CURRENCY", default="EUR")
SHOP_COUNTRY = env.str("SHOP_COUNTRY", default="DE")
SHOP_DEMO = env.bool("SHOP_DEMO", default=False)
SHOP_DEMO_ACCOUNTS_FILE = env.str("SHOP_DEMO_ACCOUNTS_FILE", default="") or str(
    BASE_DIR / accounts_file_name(_database, default=SHOP_DEFAULT_DATABASE)
)
SHOP_PRICES_INCLUDE_TAX = env.bool("SHOP_PRICES_INCLUDE_TAX", default=True)
SHOP_REVERSE_CHARGE = env.bool("SHOP_REVERSE_CHARGE", default=False)
SHOP_HOLD_POLICY = env.str("SHOP_HOLD_POLICY", default="cart")
SHOP_HOLD_MINUTES = env.int("SHOP_HOLD_MINUTES", default=15)
SHOP_HOLD_LONGEST_MINUTES = 60
SHOP_HOLD_PAUSE_MINUTES = 15
SHOP_MAX_PER_LINE = env.int("SHOP_MAX_PER_LINE", default=20)
SHOP_GUEST_HOLDS_PER_IP = env.int("SHOP_GUEST_HOLDS_PER_IP", default=60)
SHOP_PAGE_CACHE_SECONDS = env.int("SHOP_PAGE_CACHE_SECONDS", default=600)
SHOP_LOW_STOCK = env.int("SHOP_LOW_STOCK", default=3)
SHOP_GATEWAYS = env.list("SHOP_GATEWAYS", default=["test", "manual"] if DEBUG or SHOP_DEMO else ["manual"])
# Where transfers go, as shown to customers; "\n" starts a line. Without it transfers are not offered.
SHOP_STRIPE_SECRET_KEY = env.str("SHOP_STRIPE_SECRET_KEY", default="")
SHOP_STRIPE_PUBLISHABLE_KEY = env.str("SHOP_STRIPE_PUBLISHABLE_KEY", default="")
SHOP_STRIPE_WEBHOOK_SECRETS = env.list("SHOP_STRIPE_WEBHOOK_SECRETS", default=[])
SHOP_STRIPE_CAPTURE = env.str("SHOP_STRIPE_CAPTURE", default="automatic")
SHOP_BANK_DETAILS = env.str(
    "SHOP_BANK_DETAILS",
    multiline=True,
    default="A demo bank: please send nothing\nIBAN DE00 0000 0000 0000 0000 00" if SHOP_DEMO else "",
)
SHOP_WEBHOOKS_ALLOW_PRIVATE = env.bool("SHOP_WEBHOOKS_ALLOW_PRIVATE", default=False)
# Who sells, as it stands on invoices; "\n" starts a line.
SHOP_INVOICE_SENDER = env.str("SHOP_INVOICE_SENDER", multiline=True, default=SHOP_NAME)
SHOP_RETURN_ADDRESS = env.str("SHOP_RETURN_ADDRESS", multiline=True, default=SHOP_INVOICE_SENDER)
SHOP_RETURN_DAYS = env.int("SHOP_RETURN_DAYS", default=30)
SHOP_EMAIL_VERIFICATION = env.str("SHOP_EMAIL_VERIFICATION", default="optional")
SHOP_GUEST_CART_DAYS = env.int("SHOP_GUEST_CART_DAYS", default=60)
SHOP_LOGIN_FIELDS = env.list("SHOP_LOGIN_FIELDS", default=["email", "username"])
SHOP_STAFF_MFA = env.str("SHOP_STAFF_MFA", default="optional")
SHOP_ACCESS_TOKEN_MINUTES = env.int("SHOP_ACCESS_TOKEN_MINUTES", default=15)
SHOP_REFRESH_TOKEN_DAYS = env.int("SHOP_REFRESH_TOKEN_DAYS", default=30)
SHOP_RATE_LIMITS_ENABLED = env.bool("SHOP_RATE_LIMITS_ENABLED", default=True)
SHOP_LIMITS = {
    "login_account": env.str("SHOP_LIMIT_LOGIN_ACCOUNT", default="5/60"),
    "login_address": env.str("SHOP_LIMIT_LOGIN_ADDRESS", default="30/60"),
    "register_address": env.str("SHOP_LIMIT_REGISTER", default="10/3600"),
    "code_mail_account": env.str("SHOP_LIMIT_CODE_MAILS", default="5/3600"),
    "code_tries_account": env.str("SHOP_LIMIT_CODE_TRIES", default="20/86400"),
    "coupon": env.str("SHOP_LIMIT_COUPONS", default="10/60"),
    "second_factor_account": env.str("SHOP_LIMIT_SECOND_FACTOR", default="10/600"),
    "reads": env.str("SHOP_LIMIT_READS", default="600/60"),
    "order_lookup_address": env.str("SHOP_LIMIT_ORDER_LOOKUP", default="10/60"),
    "order_link_order": env.str("SHOP_LIMIT_ORDER_LINKS", default="5/3600"),
}

# --- API ---------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer", "shop.api.renderers.BrowsableRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shop.api.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.BearerAuthentication",
        "accounts.api.authentication.ApiKeyAuthentication",
        "shop.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["shop.api.permissions.Customer"],
    "DEFAULT_THROTTLE_CLASSES": ["shop.api.throttles.ReadThrottle"],
    "DEFAULT_PAGINATION_CLASS": "shop.api.pagination.ShopPagination",
    "DEFAULT_METADATA_CLASS": "shop.api.metadata.ShopMetadata",
    "DEFAULT_SCHEMA_CLASS": "shop.api.description.ShopSchema",
    "EXCEPTION_HANDLER": "shop.api.problems.exception_handler",
    "VIEW_NAME_FUNCTION": "shop.api.operations.view_name",
    "VIEW_DESCRIPTION_FUNCTION": "shop.api.operations.view_description",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": SHOP_NAME,
    "VERSION": VERSION,
    "DESCRIPTION": "JSON in and out. Every address answers with and without a slash at its end; errors are "
    "`application/problem+json` with a stable `code`; lists page by `page` or `cursor`. "
    "Sign in by `POST /api/auth/login`, or with a key made in the admin.",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "shop.api.description.add_common_problems",
        "shop.api.description.show_problems",
        "shop.api.description.show_answers",
        "shop.api.description.let_filters_be_empty",
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "ENUM_NAME_OVERRIDES": {
        "OrderStatusEnum": "orders.models.OrderStatus",
        "ProductStatusEnum": "catalog.models.ProductStatus",
        "ReviewStatusEnum": "catalog.models.ReviewStatus",
        "RefundStateEnum": "orders.models.RefundState",
        "SettableStatusEnum": "orders.api.staff.serializers.SETTABLE",
    },
}
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/.*$"
_API_HEADERS = ("authorization", "x-cart-token", "x-order-token", "idempotency-key", "idempotency-replayed", "etag")
CORS_EXPOSE_HEADERS = [*_API_HEADERS, "if-match", "if-none-match", "location", "retry-after", "x-request-id"]
CORS_ALLOW_HEADERS = ["accept", "content-type", *CORS_EXPOSE_HEADERS]

# --- Logs --------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
LOG_FORMAT = env.str("LOG_FORMAT", default="console" if DEBUG else "json")
LOGGING = logging_config(level=LOG_LEVEL, log_format=LOG_FORMAT)
