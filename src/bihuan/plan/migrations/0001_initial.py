"""The first tables of this application."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("format", models.CharField(max_length=20)),
                ("digest", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("sections", models.JSONField()),
                ("reviewed", models.JSONField()),
                ("spots", models.JSONField(default=list)),
                ("pages", models.JSONField(default=list)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_text",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Compiling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("year", models.IntegerField(null=True)),
                ("is_pasted", models.BooleanField(default=False)),
                ("unit", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                ("state", models.CharField(default="queued", max_length=10)),
                ("attempt", models.IntegerField(default=0)),
                ("done", models.IntegerField(default=0)),
                ("total", models.IntegerField(default=0)),
                ("refusal", models.JSONField(default=dict)),
                ("result", models.BinaryField(null=True)),
                ("last_sha256", models.CharField(default="", max_length=64)),
                ("last_name", models.CharField(default="", max_length=200)),
                ("changes", models.BinaryField(null=True)),
                ("report", models.CharField(default="", max_length=40)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "asked_at"], name="compiling_waiting"),
                    models.Index(fields=["person", "-asked_at"], name="compiling_mine"),
                ],
            },
        ),
    ]
