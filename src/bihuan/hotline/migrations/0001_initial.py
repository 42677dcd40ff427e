"""The first tables of the hotline: calls that ring, the followers of a main case, the indexes of knowledge and likeness."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

FOLLOWERS = """
CREATE INDEX demand_followers ON cases_case ((data ->> 'main')) WHERE state = 'linked'
"""
REPEATS = """
CREATE INDEX demand_repeats ON cases_case ((data ->> 'repeats')) WHERE data ->> 'repeats' IS NOT NULL
"""


# Whatever moves an article, or answers a demand, is read into the index of the knowledge base by the next search.
WATCH = """
CREATE FUNCTION hotline_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hotline_unread (case_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER article_opened AFTER INSERT ON cases_case
    FOR EACH ROW WHEN (NEW.matter = 'hotline.article') EXECUTE FUNCTION hotline_moved();
CREATE TRIGGER article_moved AFTER UPDATE OF seq ON cases_case
    FOR EACH ROW WHEN (NEW.matter = 'hotline.article'
        OR NEW.matter = 'hotline.demand' AND NEW.state = 'answered') EXECUTE FUNCTION hotline_moved();
"""
FORGET = "DROP FUNCTION hotline_moved CASCADE"

# Whatever is told anew, said otherwise or ended is read into likeness by the next question for similar demands.
RETELL = """
CREATE FUNCTION hotline_retold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hotline_likenessunread (case_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER demand_told AFTER INSERT ON cases_case
    FOR EACH ROW WHEN (NEW.matter = 'hotline.demand' AND NEW."end" = '') EXECUTE FUNCTION hotline_retold();
CREATE TRIGGER demand_retold AFTER UPDATE OF seq ON cases_case
    FOR EACH ROW WHEN (NEW.matter = 'hotline.demand' AND (
        (NEW."end" = '') <> (OLD."end" = '') OR NEW.title <> OLD.title
        OR NEW.data -> 'content' IS DISTINCT FROM OLD.data -> 'content'
        OR NEW.data -> 'address' IS DISTINCT FROM OLD.data -> 'address'
        OR NEW.data -> 'place' IS DISTINCT FROM OLD.data -> 'place'
        OR NEW.data -> 'lat' IS DISTINCT FROM OLD.data -> 'lat'
        OR NEW.data -> 'lon' IS DISTINCT FROM OLD.data -> 'lon')) EXECUTE FUNCTION hotline_retold();
"""

# What the public may see: dispatched by somebody at the hotline, told without a wish for silence, of a kind that concerns a
# place. Kinds and states that are not named here stay hidden. 500 cells a degree: about 220 m by 180 m.
SHOW = """
CREATE FUNCTION hotline_may_show(data jsonb, state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT data ->> 'identity' = 'open' AND data ->> 'kind' IN ('help', 'complaint', 'suggestion')
        AND state IN ('dispatched', 'return_pending', 'handling', 'joining', 'extension_pending', 'conference', 'replied',
            'callback', 'exclusion_pending', 'final_pending', 'closed', 'finalised', 'unreachable')
$$;
CREATE FUNCTION hotline_show() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT coalesce(hotline_may_show(NEW.data, NEW.state), false) THEN
        DELETE FROM hotline_shown WHERE case_id = NEW.id;
        RETURN NULL;
    END IF;
    INSERT INTO hotline_shown AS kept (case_id, north, east, division, until) VALUES (
        NEW.id, floor((NEW.data ->> 'lat')::numeric * 500), floor((NEW.data ->> 'lon')::numeric * 500),
        coalesce(substring(NEW.data ->> 'category' from '^([0-9]{2})[0-9]{4}'), ''), coalesce(NEW.ended_at, '9999-01-01')
    ) ON CONFLICT (case_id) DO UPDATE SET (north, east, division, until)
        = (excluded.north, excluded.east, excluded.division, excluded.until)
    WHERE (kept.north, kept.east, kept.division, kept.until)
        IS DISTINCT FROM (excluded.north, excluded.east, excluded.division, excluded.until);
    RETURN NULL;
END $$;
CREATE TRIGGER demand_shown_at_once AFTER INSERT ON cases_case
    FOR EACH ROW WHEN (NEW.matter = 'hotline.demand' AND NEW.state <> 'registered') EXECUTE FUNCTION hotline_show();
CREATE TRIGGER demand_shown AFTER UPDATE OF seq ON cases_case
    FOR EACH ROW WHEN (NEW.matter = 'hotline.demand') EXECUTE FUNCTION hotline_show();
"""
HIDE = "DROP FUNCTION hotline_show CASCADE; DROP FUNCTION hotline_may_show"


PEERS = [
    migrations.CreateModel(
        name="PeerKey",
        fields=[
            ("peer", models.CharField(max_length=40, primary_key=True, serialize=False)),
            ("nonce", models.BinaryField()), ("sealed", models.BinaryField()),
            ("set_at", models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name="Handing",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("seq", models.IntegerField()), ("decided", models.IntegerField()), ("next_at", models.DateTimeField()),
            ("peer", models.CharField(max_length=40)),
            ("status", models.CharField(default="waiting", max_length=10)),
            ("number", models.CharField(blank=True, max_length=80)), ("token", models.CharField(blank=True, max_length=80)),
            ("heard", models.CharField(blank=True, max_length=64)),
            ("attempts", models.IntegerField(default=0)), ("quiet", models.IntegerField(default=0)),
            ("detail", models.CharField(blank=True, max_length=200)),
            ("case", models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE,
                related_name="+", to="cases.case",
            )),
        ],
        options={
            "indexes": [models.Index(
                    condition=models.Q(("status__in", ("waiting", "sending", "open"))), fields=["next_at"], name="handing_due"
                )],
            "constraints": [models.UniqueConstraint(fields=("case", "seq"), name="one_row_per_handing")],
        },
    ),
]  # fmt: skip


class Migration(migrations.Migration):
    """The first tables of the hotline."""

    initial = True

    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="TableIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=32, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("source", models.CharField(max_length=60)),
                ("person", models.BigIntegerField()),
                ("post", models.CharField(max_length=64)),
                ("nonce", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("state", models.CharField(default="shown", max_length=10)),
                ("total", models.IntegerField(default=0)),
                ("done", models.IntegerField(default=0)),
                ("made", models.IntegerField(default=0)),
                ("known", models.IntegerField(default=0)),
                ("left", models.JSONField(default=list)),
                ("brought_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
            ],
        ),
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
        migrations.RunSQL(REPEATS, "DROP INDEX demand_repeats"),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("key", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("begun", models.DateTimeField()),
                ("until", models.DateTimeField(db_index=True)),
                ("count", models.IntegerField()),
                ("most", models.IntegerField()),
            ],
        ),
        migrations.RunSQL("ALTER TABLE hotline_tally SET UNLOGGED", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="article",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("answer", models.TextField()),
                ("keywords", models.CharField(blank=True, max_length=200)),
                ("document", models.CharField(max_length=200)),
                ("document_number", models.CharField(blank=True, max_length=80)),
                ("dated", models.DateField(null=True)),
                ("audience", models.CharField(max_length=20)),
                ("region", models.CharField(blank=True, max_length=12)),
                ("unit", models.CharField(max_length=64)),
                ("expires", models.DateField(null=True)),
                ("state", models.CharField(max_length=40)),
                ("published_at", models.DateTimeField()),
                ("uses", models.IntegerField(default=0)),
                ("title_sounds", models.TextField()),
                ("keyword_sounds", models.TextField(blank=True)),
                ("heads", django.contrib.postgres.search.SearchVectorField()),
                ("whole", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["heads"], name="article_heads"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["whole"], name="article_whole"
                    ),
                    models.Index(fields=["-uses", "case"], name="article_by_use"),
                    models.Index(fields=["unit", "title"], name="article_of_unit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(db_index=True, max_length=40)),
                (
                    "demand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="article_use",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Unread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(WATCH, FORGET),
        migrations.CreateModel(
            name="Likeness",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("sketch", models.BinaryField()),
                ("county", models.CharField(blank=True, max_length=12)),
                (
                    "spots",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
                ("lat", models.FloatField(null=True)),
                ("lon", models.FloatField(null=True)),
                (
                    "traits",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LikenessTrait",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "trait",
                        "case_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("trait", models.IntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LikenessUnread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(RETELL, "DROP FUNCTION hotline_retold CASCADE"),
        migrations.CreateModel(
            name="Helped",
            fields=[
                (
                    "number",
                    models.CharField(max_length=40, primary_key=True, serialize=False),
                ),
                ("yes", models.IntegerField(default=0)),
                ("no", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Shown",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="shown",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("north", models.IntegerField(null=True)),
                ("east", models.IntegerField(null=True)),
                ("division", models.CharField(blank=True, max_length=2)),
                ("until", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("north__isnull", False)),
                        fields=["north", "east", "until", "division"],
                        name="shown_by_place",
                    ),
                    models.Index(
                        condition=models.Q(("north__isnull", False)),
                        fields=["until", "north", "east", "division"],
                        name="shown_by_age",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SHOW, HIDE),
        *PEERS,
    ]
