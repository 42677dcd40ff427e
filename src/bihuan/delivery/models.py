"""Whom notices go to and how far each has come: addresses, web hooks, deliveries (投递). State lives in rows, not in jobs."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.kernel.cases.models import Case, Notice, Telling
from bihuan.kernel.orgs.models import Person

WAITING, SENT, DEAD = "waiting", "sent", "dead"
UNSENT = "unsent"  # there was no gateway that could have carried it
EMAIL, WEBHOOK, SMS = "email", "webhook", "sms"


class Address(models.Model):
    """Where a person reads mail (邮箱). A person without one reads notices on the pages only."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="address")
    email = models.CharField(max_length=254)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.email


class Subscription(models.Model):
    """A web hook (订阅): where events are posted, and which; an empty list of matters or actions means all."""

    name = models.CharField(max_length=60, unique=True)
    url = models.CharField(max_length=500)
    sealed_secret = models.BinaryField()
    matters = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    stopped_by = models.CharField(max_length=20, blank=True)  # person, receiver
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="subscriptions")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    def wants(self, matter: str, action: str) -> bool:
        """Whether the filter lets a notice through."""
        return (not self.matters or matter in self.matters) and (
            not self.actions or action in self.actions
        )


class Delivery(models.Model):
    """One notice to one recipient, or one message to a person outside (投递).

    `key` stays the same however often it is sent, so that a double can be dropped.
    `next_at` is when it may be tried next; while a try runs it is the end of its lease.
    """

    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=10)
    notice = models.ForeignKey(Notice, models.CASCADE, null=True, related_name="deliveries")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="deliveries")
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, null=True, related_name="deliveries"
    )
    # A person outside: the event, their own case, and the id of the sealed contact.
    telling = models.ForeignKey(Telling, models.CASCADE, null=True, related_name="deliveries")
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="deliveries")
    value = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=10, default=WAITING)
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    woken_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        """The worker looks for what is due; the administrator for what failed."""

        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(status="waiting"), name="delivery_due"),
            models.Index(fields=["id"], condition=~Q(reason=""), name="delivery_failed"),
            models.Index(fields=["sent_at"], condition=Q(status="sent"), name="delivery_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"
