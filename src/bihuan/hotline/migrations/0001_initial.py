"""Calls that ring, and an index by which the demands that follow a main case are found."""

from django.db import migrations, models

FOLLOWERS = """
CREATE INDEX demand_followers ON cases_case ((data ->> 'main')) WHERE state = 'linked'
"""


class Migration(migrations.Migration):
    """The first tables of the hotline."""

    initial = True

    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Ring",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("post", models.CharField(max_length=64)),
                ("call", models.CharField(max_length=80)),
                ("nonce", models.BinaryField()),
                ("number", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["post", "-id"], name="ring_of_post")],
                "constraints": [
                    models.UniqueConstraint(fields=("post", "call"), name="one_ring_per_call")
                ],
            },
        ),
        migrations.RunSQL(FOLLOWERS, "DROP INDEX demand_followers"),
    ]
