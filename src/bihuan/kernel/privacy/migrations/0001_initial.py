"""The first tables of this application."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PersonalValue",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("stream", models.CharField(db_index=True, max_length=40)),
                ("field", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=12)),
                ("key", models.BinaryField()),
                ("nonce", models.BinaryField()),
                ("ciphertext", models.BinaryField()),
                ("tag", models.CharField(max_length=64)),
                ("mask", models.CharField(blank=True, max_length=120)),
                ("lookup", models.CharField(blank=True, max_length=64)),
                ("sealed_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lookup", ""), _negated=True),
                        fields=["lookup", "sealed_at"],
                        name="personal_lookup",
                    )
                ],
            },
        ),
    ]
