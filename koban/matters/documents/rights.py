"""What can be done to the papers of the office. A duty names its own action for issuing its kinds of certificate."""

from django.utils.translation import gettext_lazy as _

from koban.kernel.access.roles import DECIDERS, EVERYONE, LINE, action, register_actions

register_actions(
    action("documents.verify", _("Ask whether a paper of the office holds"), EVERYONE),
    action("documents.certificates", _("Read the register of certificates"), LINE | {"bureau"}),
    action("documents.issue", _("Issue a certificate"), DECIDERS, clause="CN-AUX-1"),
    action(
        "documents.withdraw", _("Revoke a certificate, suspend or restore it"), DECIDERS, clause="CN-AUX-1"
    ),
    action("documents.read", _("See which papers the office writes and has sent"), LINE | {"bureau"}),
    action("documents.draft", _("Write a paper and submit it"), LINE),
    action("documents.comment", _("Comment on a paper in review"), LINE),
    action("documents.approve", _("Approve a paper, or send it back"), DECIDERS, clause="CN-AUX-1"),
    action("documents.sign", _("Sign and issue an approved paper"), DECIDERS, clause="CN-AUX-1"),
    action("documents.hand_out", _("Issue a receipt or a list at once"), LINE),
    action("documents.deliver", _("Deliver a paper, note its receipt, file it"), LINE),
    action("documents.batch", _("Issue many papers of one kind"), DECIDERS, clause="CN-AUX-1"),
    action("documents.card", _("Print the own identity card"), LINE),
)
