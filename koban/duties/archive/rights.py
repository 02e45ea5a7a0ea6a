"""What can be done with closed files and their paper."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, EVERYONE, LINE, action, register_actions

KEEPERS = DECIDERS | {"archivist"}

register_actions(
    action("archive.read", _("See which files there are, and how long they are kept"),
           LINE | {"archivist", "bureau", "inspector", "system"}),
    action("archive.file", _("Package what was closed"), LINE | {"archivist", "inspector", "system"}),
    action("archive.look", _("Read a closed file, with its ground"), KEEPERS, clause="CN-AUX-1"),
    action("archive.hold", _("Hold a file from disposal, and end a hold"), KEEPERS, clause="CN-AUX-1"),
    action("archive.appraise", _("Keep a file longer than its term, with the reason"), KEEPERS, clause="CN-AUX-1"),
    action("archive.propose", _("Propose a list of files for disposal or for the next archive"), KEEPERS, clause="CN-AUX-1"),
    action("archive.approve", _("Approve such a list of another"), KEEPERS, clause="CN-AUX-1"),
    action("archive.open", _("Open the catalogue of files to the public when due"), KEEPERS | {"system"}),
    action("archive.paper", _("Keep the paper: boxes, labels, scans, loans, stock"), LINE | {"archivist", "system"}),
    action("archive.catalogue", _("See the catalogue of files that are open to the public"), EVERYONE),
)  # fmt: skip
