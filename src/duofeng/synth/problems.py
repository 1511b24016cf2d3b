"""The problems of making up a zone (E296–E299)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

NO_PLAN = declare(
    "E296",
    zh="园区 {zone} 没有 synth.yaml，无法合成",
    en="the zone {zone} has no synth.yaml to make up a zone from",
    explain_zh="合成园区的地名、比例和总数都写在园区文件夹的 synth.yaml 里，程序里没有。",
    explain_en="Names, proportions and totals of a made-up zone stand in the zone's synth.yaml; the program has none.",
)
NOT_MODELLED = declare(
    "E297",
    zh="来源 {source} 的列“{column}”是属性 {attribute}，合成器不会编造它",
    en="column '{column}' of source {source} is {attribute}, which the generator cannot make up",
    explain_zh="合成文件只能包含合成器有模型的属性。请换一个来源，或去掉这一列。",
    explain_en="A made-up file holds only attributes the generator models. Use another source or drop the column.",
)
TOO_MANY = declare(
    "E298",
    zh="要合成 {asked} 家，而字号用字只够 {possible} 个不同的名称",
    en="{asked} organisations were asked for, but the brand characters make {possible} different names only",
    explain_zh="在 synth.yaml 的 names.brand 里多写一些字。",
    explain_en="Write more characters in names.brand of synth.yaml.",
)
CANNOT_WRITE = declare(
    "E299",
    zh="写不进 {path}：{reason}",
    en="cannot write {path}: {reason}",
    explain_zh="检查文件夹的权限和磁盘空间，再重新生成；已写出的文件不完整，不要加载。",
    explain_en="Check permissions and disk, then write again; do not load what is there, it is incomplete.",
)
