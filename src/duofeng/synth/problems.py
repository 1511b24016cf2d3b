"""The problems of making up a zone (E296–E299)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

NO_PLAN = declare(
    "E296",
    "园区 {zone} 没有 synth.yaml，无法合成",
    explain="合成园区的地名、比例和总数都写在园区文件夹的 synth.yaml 里，程序里没有。",
)
NOT_MODELLED = declare(
    "E297",
    "来源 {source} 的列“{column}”是属性 {attribute}，合成器不会编造它",
    explain="合成文件只能包含合成器有模型的属性。请换一个来源，或去掉这一列。",
)
TOO_MANY = declare(
    "E298",
    "要合成 {asked} 家，而字号用字只够 {possible} 个不同的名称",
    explain="在 synth.yaml 的 names.brand 里多写一些字。",
)
CANNOT_WRITE = declare(
    "E299",
    "写不进 {path}：{reason}",
    explain="检查文件夹的权限和磁盘空间，再重新生成；已写出的文件不完整，不要加载。",
)
