"""The first tables of this application."""

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = """
CREATE TRIGGER snapshot_append_only BEFORE UPDATE OR DELETE ON appraisal_snapshot
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER snapshot_no_truncate BEFORE TRUNCATE ON appraisal_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
UNDO = """
DROP TRIGGER snapshot_append_only ON appraisal_snapshot;
DROP TRIGGER snapshot_no_truncate ON appraisal_snapshot;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.CharField(max_length=7)),
                ("upto", models.BigIntegerField()),
                ("body", models.TextField()),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                ("seq", models.IntegerField(unique=True)),
                ("person_name", models.CharField(max_length=50)),
                ("post", models.CharField(blank=True, max_length=64)),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="appraisal.snapshot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaces", None)),
                        fields=("month",),
                        name="one_first_snapshot",
                    )
                ],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, UNDO),
    ]
