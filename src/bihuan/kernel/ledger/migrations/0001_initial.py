"""The first tables of this application."""

from django.db import migrations, models

REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON ledger_event
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger_event
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON ledger_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
# Whoever appends holds this lock, shared, until the transaction ends; sealing takes it alone for a moment (kernel.ledger.seals).
WRITER = """
CREATE FUNCTION ledger_writer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7362002);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_writer BEFORE INSERT ON ledger_event
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_writer();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField(unique=True)),
                ("at", models.DateTimeField()),
                ("algorithm", models.CharField(max_length=10)),
                ("upto", models.BigIntegerField()),
                ("streams", models.IntegerField()),
                ("root", models.CharField(max_length=64)),
                ("prev", models.CharField(max_length=64)),
                ("public_key", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
            ],
        ),
        migrations.CreateModel(
            name="LedgerCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.BigIntegerField(null=True)),
                ("person_name", models.CharField(max_length=50)),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("part", models.CharField(blank=True, max_length=20)),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("events", models.BigIntegerField(default=0)),
                ("cases", models.BigIntegerField(default=0)),
                ("found", models.IntegerField(default=0)),
                ("faults", models.JSONField(default=list)),
                ("failure", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="SealedHead",
            fields=[
                (
                    "stream",
                    models.CharField(
                        db_collation="C", max_length=40, primary_key=True, serialize=False
                    ),
                ),
                ("seq", models.IntegerField()),
                ("head", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stream", models.CharField(db_collation="C", max_length=40)),
                ("seq", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=60)),
                ("person", models.BigIntegerField(null=True)),
                ("person_name", models.CharField(max_length=50)),
                ("post", models.CharField(blank=True, max_length=64)),
                ("unit", models.CharField(blank=True, max_length=64)),
                ("matter", models.CharField(blank=True, max_length=60)),
                ("version", models.IntegerField(default=0)),
                ("definition", models.CharField(blank=True, max_length=64)),
                ("body", models.TextField()),
                ("prev", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("stream", "seq"), name="one_event_per_seq")
                ],
            },
        ),
        migrations.RunSQL(REFUSE, "DROP FUNCTION ledger_refuse CASCADE"),
        migrations.RunSQL(WRITER, "DROP FUNCTION ledger_writer CASCADE"),
    ]
