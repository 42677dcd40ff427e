"""Regions, units, posts and who holds them (区划、单位、岗位、任职). Rows come from the catalog; people from sign-up."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Region(models.Model):
    """An administrative division (区划) with its GB/T 2260 code."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=50)
    name_en = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    level = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """An organisation node (单位); `path` is the codes from the root down, each followed by a slash."""

    code = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=80)
    short = models.CharField(max_length=40, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="units")
    path = models.CharField(max_length=400, unique=True)
    order = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Meta:
        """Paths are searched by their beginning: a unit and all below it."""

        indexes: ClassVar = [
            models.Index(
                fields=["path"], name="unit_path_prefix", opclasses=["varchar_pattern_ops"]
            )
        ]

    def __str__(self) -> str:
        return self.name


class Directory(models.Model):
    """One row: how often units and posts have changed, so that every process knows when to read them again."""

    version = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return f"v{self.version}"


class Post(models.Model):
    """A person's place in a unit (岗位): duty is bound to it, not to the person."""

    code = models.CharField(max_length=64, primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    roles = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.unit.name} {self.name}"


class PersonManager(BaseUserManager["Person"]):
    """Creates people with a password; there is no superuser (三员分立)."""

    def create_person(self, username: str, name: str, password: str, **more: Any) -> "Person":
        """Create one person; without a password (empty) they cannot sign in."""
        person = self.model(username=username, name=name, **more)
        person.set_password(password or None)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in (人员). What they may do comes from the posts they hold."""

    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=50)
    is_active = models.BooleanField(default=True)
    is_synthetic = models.BooleanField(default=False, help_text="a demo person (演示人员)")
    posts = models.ManyToManyField(Post, through="Holding", related_name="people")

    USERNAME_FIELD = "username"
    objects: ClassVar[PersonManager] = PersonManager()

    def __str__(self) -> str:
        return self.name


class Holding(models.Model):
    """A person holds a post from an instant until another (任职); the past is kept."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="holdings")
    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        """One open holding of the same post by the same person."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "post"],
                condition=models.Q(until__isnull=True),
                name="one_open_holding",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.post_id}"
