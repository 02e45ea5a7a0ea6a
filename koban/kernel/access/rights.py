"""What the kernel itself lets be done. Every room has a `rights.py` like this one; they are found, not listed."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import EVERYONE, LINE, SIGNED_IN, STAFF, action, register_actions

register_actions(
    action("public.read", _("See what is public"), EVERYONE),
    action("public.sign_in", _("Sign in"), EVERYONE),
    action("public.language", _("Choose the language"), EVERYONE),
    action("own.leave", _("Sign out, or lock the screen"), SIGNED_IN),
    action("own.credentials", _("Manage the own password, codes and passkeys"), SIGNED_IN),
    action("own.account", _("See the own account, its posts and sessions"), SIGNED_IN),
    action("accounts.manage", _("Add accounts, appoint to posts, disable"), {"security"}),
    action(
        "accounts.read",
        _("See who holds which post in the own station"),
        {"security", "auditor", "chief", "officer"},
    ),
    action("keys.manage", _("Give and withdraw keys of other systems"), {"security"}),
    action("devices.enrol", _("Enrol a telephone for a shift"), LINE),
    action("devices.lose", _("Report a telephone as lost, which shuts it out"), LINE),
    action("stations.manage", _("Add and change stations"), {"administrator"}),
    action(
        "ledger.read",
        _("Read the pages of the ledger"),
        {"officer", "chief", "bureau", "inspector", "auditor"},
    ),
    action(
        "ledger.verify",
        _("Verify the ledger"),
        {"officer", "chief", "bureau", "inspector", "auditor", "administrator", "system"},
    ),
    action("jobs.read", _("See the background work"), {"officer", "chief", "administrator"}),
    action("jobs.retry", _("Start background work again"), {"administrator"}),
    action("files.add", _("Attach a file to a matter"), LINE | {"inspector", "public", "machine", "system"}),
    action("files.read", _("Open an attached file"), LINE | {"bureau", "inspector"}),
    action("notices.read", _("See which messages went out"), {"officer", "chief", "administrator"}),
    action(
        "events.read",
        _("Watch the live board"),
        STAFF - {"administrator", "security", "auditor", "archivist"},
    ),
)
