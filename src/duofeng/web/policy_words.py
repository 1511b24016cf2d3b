"""How outcomes, delivery and trust are called on pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

OUTCOMES = {
    "yes": (_("符合"), "good"),
    "near": (_("差一点"), "warn"),
    "unknown": (_("未知"), ""),
    "no": (_("不符合"), "bad"),
}
DELIVERY = {"no_application": _("免申即享"), "on_application": _("即申即享"), "review": _("审核")}
TRUST = {"sourced": _("正式文本"), "secondary": _("转载"), "illustrative": _("示例，无人发布")}
WHEN_OUT = {"order": _("按顺序发完为止"), "pro_rata": _("按比例发放")}
FAMILY = {"highest": _("从高不重复"), "difference": _("补差")}
CONFIRM = {"bank_account": _("收款账户"), "commitment": _("承诺书"), "willingness": _("申领意愿")}
