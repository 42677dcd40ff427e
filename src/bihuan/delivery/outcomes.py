"""What became of one try, and the reasons in words. Pure."""

from dataclasses import dataclass
from typing import Literal

from bihuan.kernel.errors import N_

Kind = Literal["sent", "later", "never", "gone"]
REASONS = {
    "smtp_off": N_("未设置邮件服务器"),
    "smtp_unreachable": N_("连不上邮件服务器"),
    "smtp_login": N_("邮件服务器不接受登录或加密方式"),
    "smtp_deferred": N_("邮件服务器暂时不收"),
    "smtp_refused": N_("邮件服务器拒收"),
    "no_address": N_("此人已没有邮箱"),
    "hook_paused": N_("订阅已停用"),
    "hook_gone": N_("接收方说已不再接收，订阅已停用"),
    "hook_unreachable": N_("连不上接收方"),
    "hook_name": N_("查不到接收方的网址"),
    "hook_private": N_("接收方是内部地址，不允许投递"),
    "hook_url": N_("接收方的网址不符合要求"),
    "hook_status": N_("接收方没有答复成功"),
    "hook_size": N_("内容过大，不投递"),
    "hook_secret": N_("订阅密钥无法解开（系统密钥换过），请重新建立订阅"),
    "crashed": N_("多次投递都中途中断"),
}


@dataclass(frozen=True)
class Outcome:
    """How a try ended: `later` is tried again, `never` is not, `gone` ends the subscription as well."""

    kind: Kind
    reason: str = ""
    detail: str = ""


SUCCESS = Outcome("sent")
