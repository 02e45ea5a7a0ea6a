from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from koban.kernel.ledger import append_only


def forbid(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in append_only.create(editor.connection.vendor):
        editor.execute(statement, params=None)


def allow(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in append_only.drop(editor.connection.vendor):
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_pages")]
    operations = [migrations.RunPython(forbid, allow)]
