"""The keys of other platforms (外部平台密钥): sealed under the installation's master key, opened to send, never shown."""

from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from bihuan.hotline.peer_models import PeerKey
from bihuan.hotline.peers import peers_now
from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.ledger.own import DELIVERY, append_own
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.privacy.entropy import random_bytes
from bihuan.kernel.privacy.master import subkey

PURPOSE = "peer"
LONGEST = 200


@transaction.atomic
def set_peer_key(peer: str, key: str, actor: Acting, *, now: datetime) -> None:
    """Keep the key of a platform from now on; the ledger notes that it was set. Raises a Refusal."""
    if peer not in peers_now():
        raise Refusal(
            "no_peer",
            N_("目录中没有外部平台“%(peer)s”。"),
            remedy=N_("外部平台写在 hotline/peers.yaml。"),
            params={"peer": peer},
        )
    if not key or len(key) > LONGEST or not key.isascii() or not key.isprintable():
        raise Refusal(
            "bad_peer_key",
            N_("这不是可用的密钥：应为一行可见的 ASCII 字符，不超过 200 个。"),
            remedy=N_("请照对方平台给出的密钥填写。"),
        )
    nonce = random_bytes(12)
    sealed = AESGCM(subkey(PURPOSE)).encrypt(nonce, key.encode(), peer.encode())
    kept = {"nonce": nonce, "sealed": sealed, "set_at": now}
    PeerKey.objects.update_or_create(peer=peer, defaults=kept)
    append_own(DELIVERY, "peer_key_set", actor, {"peer": peer}, at=now, algorithm=algorithm())


def peer_key(peer: str) -> str | None:
    """The key in clear; None where none was set, or it was sealed under another installation's key."""
    row = PeerKey.objects.filter(peer=peer).first()
    if row is None:
        return None
    try:
        clear = AESGCM(subkey(PURPOSE)).decrypt(bytes(row.nonce), bytes(row.sealed), peer.encode())
    except InvalidTag:
        return None
    return clear.decode()
