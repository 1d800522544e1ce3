"""Wagtail: its admin, and which files it takes; a part of the base settings."""

WAGTAIL_SITE_NAME = "Passerelle"
WAGTAIL_I18N_ENABLED = True
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # an address is read aloud, and copied by hand
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False  # letters about a review are ours
WAGTAIL_FRONTEND_LOGIN_URL = "/fr/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "Français"), ("en", "English")]
WAGTAILADMIN_LOGIN_URL = "/fr/login/"
# "simple": PostgreSQL leaves words as they are. The stems are ours, so that SQLite finds the same.
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}
}
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = [
    "pdf",
    "odt",
    "ods",
    "odp",
    "docx",
    "xlsx",
    "pptx",
    "epub",
    "csv",
    "txt",
    "vtt",
    "srt",
    "mp3",
    "mp4",
    "webm",
]
WAGTAILDOCS_INLINE_CONTENT_TYPES = [
    "application/pdf",
    "audio/mpeg",
    "text/vtt",
    "video/mp4",
    "video/webm",
]
WAGTAILDOCS_CONTENT_TYPES = {"srt": "application/x-subrip", "vtt": "text/vtt"}
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.guidance.forms.files.DocumentForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "gif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"jpeg": "webp", "png": "webp", "webp": "webp"}
WAGTAILIMAGES_WEBP_QUALITY = 80
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.guidance.forms.files.PictureForm"
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "cms.guidance.forms.pages.CleanText"}}
TAGGIT_CASE_INSENSITIVE = True
