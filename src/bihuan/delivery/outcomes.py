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
    "no_sms": N_("未设置短信网关，没有发送"),
    "no_mail": N_("未设置邮件服务器，没有发送"),
    "no_site": N_("未设置网站地址，链接无从写起，没有发送"),
    "landline": N_("固定电话收不到短信，请电话告知"),
    "sms_off": N_("未设置短信网关"),
    "sms_unreachable": N_("连不上短信网关"),
    "sms_status": N_("短信网关没有答复成功"),
    "sms_refused": N_("短信网关拒收"),
    "erased": N_("联系方式已依法删除"),
    "replaced": N_("联系方式已更正，不再发往旧的"),
    "not_told": N_("此人不再告知（匿名等）"),
    "passed": N_("所告知的环节已经过去"),
    "altered": N_("联系方式与封存时不符，可能被改动"),
    "personal_key": N_("个人信息密钥不能使用"),
    "crashed": N_("多次投递都中途中断"),
}


@dataclass(frozen=True)
class Outcome:
    """How a try ended: `later` is tried again, `never` is not, `gone` ends the subscription as well."""

    kind: Kind
    reason: str = ""
    detail: str = ""


SUCCESS = Outcome("sent")
