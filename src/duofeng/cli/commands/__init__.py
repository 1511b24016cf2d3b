"""One module per command; each offers `register(app)`.

`LISTED` says what each registers, so that only the module of the command that is typed is imported: all of them
together take seconds. A module that is not listed is imported always. A test holds the list against the modules.
"""

from __future__ import annotations

from collections.abc import Mapping

LISTED: Mapping[str, Mapping[str, str]] = {
    "accounts": {"accounts": "账号与接口令牌"},
    "backup": {"backup": "备份账本、计算、文件与数据库，不必停下网站"},
    "check": {"check": "检查园区文件，一次报出全部错误"},
    "contradictions": {"contradictions": "矛盾榜：不能同时成立的数字"},
    "demo": {"demo": "一条命令看完整个故事"},
    "explain": {"explain": "解释问题代码，或一项政策对一个对象的结论"},
    "figure": {"figure": "一个数字：定义、出处、证明、变化"},
    "gate": {"gate": "校稿：发布前核对每个数字"},
    "ledger": {"ledger": "账本：到达与维护"},
    "load": {"load": "把文件读入账本"},
    "new": {"new": "开始写一个园区、峰、台账、来源、政策、评分卡或页面"},
    "policies": {"policies": "政策：谁符合、差多少、发多少"},
    "read": {"read": "从报告中读出数字"},
    "rejects": {"rejects": "列出尚未更正的拒收内容"},
    "resolve": {"resolve": "判定哪些名称是同一对象"},
    "run": {
        "run": "重新计算档案、评分、政策和兑现",
        "question": "试问：另一天、当时所知或一份草案，不改变当前计算",
        "questions": "已有的试问",
        "runs": "已有的计算",
    },
    "schema": {"schema": "输出某类文件的 JSON Schema"},
    "score": {"score": "评分：一张卡的排名，或一家企业可照着重算的得分"},
    "serve": {
        "serve": "启动网站",
        "manage": "Django 管理命令",
    },
    "show": {"show": "显示一个对象的档案和每个值的出处"},
    "synth": {"synth": "写出一个合成园区，带埋好的错误和答案"},
    "targets": {"targets": "目标账：完成、未完成、不可比、未再提及"},
    "work": {"work": "在后台做网页上交办的作业"},
}
