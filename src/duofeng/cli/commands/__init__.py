"""One module per command; each offers `register(app)`.

`LISTED` says what each registers, so that only the module of the command that is typed is imported: all of them
together take seconds. A module that is not listed is imported always. A test holds the list against the modules.
"""

from __future__ import annotations

from collections.abc import Mapping

LISTED: Mapping[str, Mapping[str, str]] = {
    "accounts": {
        "accounts": "账号与接口令牌 / Accounts and API tokens",
    },
    "check": {
        "check": "检查园区文件，一次报出全部错误 / Check a zone; every mistake at once",
    },
    "contradictions": {
        "contradictions": "矛盾榜：不能同时成立的数字 / Figures that cannot hold together",
    },
    "demo": {
        "demo": "一条命令看完整个故事 / The whole story in one command",
    },
    "explain": {
        "explain": "解释问题代码，或一项政策对一家企业的结论 / Explain a problem, or an answer",
    },
    "figure": {
        "figure": "一个数字：定义、出处、证明、变化 / A figure: definition, source, proof, changes",
    },
    "gate": {
        "gate": "校稿：发布前核对每个数字 / Check every number of a draft before it is published",
    },
    "ledger": {
        "ledger": "账本：到达与维护 / The ledger: arrivals and upkeep",
    },
    "load": {
        "load": "把文件读入账本 / Load files into the ledger",
    },
    "policies": {
        "policies": "政策：谁符合、差多少、发多少 / Policies: who, how near, how much",
    },
    "read": {
        "read": "从报告中读出数字 / Read the numbers that reports state",
    },
    "rejects": {
        "rejects": "列出尚未更正的拒收内容 / List what was rejected and not yet put right",
    },
    "resolve": {
        "resolve": "判定哪些名称是同一对象 / Which names are one subject",
    },
    "run": {
        "run": "重新计算档案、评分、政策和兑现 / Recompute profile, scores, policies and payments",
        "question": "试问：另一天、当时所知或一份草案，不改变当前计算 / Ask of another day or a draft",
        "questions": "已有的试问 / the questions there are",
        "runs": "已有的计算 / the runs there are",
    },
    "schema": {
        "schema": "输出某类文件的 JSON Schema / Print the JSON Schema of a kind of file",
    },
    "score": {
        "score": "评分：一张卡的排名，或一家企业可照着重算的得分 / Scores: a ranking, or one worked out",
    },
    "serve": {
        "serve": "启动网站 / Serve the site",
        "manage": "Django 管理命令 / Django's own commands",
    },
    "show": {
        "show": "显示一个对象的档案和每个值的出处 / Show what is known of a subject, and from where",
    },
    "synth": {
        "synth": "写出一个合成园区，带埋好的错误和答案 / Write a made-up zone with planted mistakes",
    },
    "targets": {
        "targets": "目标账：完成、未完成、不可比、未再提及 / Targets: met, missed, silent",
    },
    "work": {
        "work": "在后台做网页上交办的作业 / Do the long work asked for on the pages",
    },
}
