"""Who looks at a declared page, and what of it they may see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from duofeng.brain.runs.store import Run
from duofeng.desk.accounts.permissions import Rights
from duofeng.engine.words import is_result
from duofeng.web import reader, registers
from duofeng.web.blocks.subjects import Subjects, subjects
from duofeng.web.figures import Known, stated
from duofeng.web.sight import Sight
from duofeng.zone.expressions import expression
from duofeng.zone.kinds.page import Block, PeakPage
from duofeng.zone.kinds.policy import Policy

NEEDED: dict[str, tuple[str, ...]] = {
    "figure": ("figures.view",),
    "figures": ("figures.view",),
    "targets": ("figures.view",),
    "contradictions": ("figures.view",),
    "silent_sources": ("cockpit.view",),
    "pressed_policies": ("policies.view",),
    "policies": ("policies.view",),
    "near": ("policies.view",),
    "changes": ("scores.view",),
    "profiles": (),
}
"""What a block needs besides its page: as much as the pages it leads to."""
FOUND_AT = {"contradictions": "contradictions", "silent_sources": "sources", "pressed_policies": "policies"}
OF_CARDS = ("score:", "grade:", "rank:")


@dataclass(frozen=True)
class Seen:
    """One person's look at one page."""

    rights: Rights
    page: PeakPage
    run: Run | None

    @cached_property
    def known(self) -> Known:
        return stated().known()

    def sight(self, register: str) -> Sight:
        return Sight(self.rights, register)

    def shows(self, block: Block) -> bool:
        needed = [*NEEDED[block.findings or block.source]]
        if block.source == "profiles":
            needed.append(registers.needed(block.register))
        listed = {*block.policies, block.near}
        every = reader.zone().declared(Policy).values()
        needed += [registers.needed(each.register) for each in every if each.policy in listed]
        read = {name for text in block.texts for name in self._read_by(block.register, text)}
        parsed = (expression(reader.zone(), block.register, text, None) for text in block.texts)
        read |= {name for each in parsed for _, name in each.elsewhere}
        if any(name.startswith(OF_CARDS) for name in read):
            needed.append("scores.view")
        return all(self.rights.allows(each) for each in needed)

    def reads(self, kind: str, text: str) -> bool:
        """Whether values of an expression are shown, by the sensitivity of all it is made of."""
        attributes = reader.zone().attributes
        own = {(kind, name) for name in self._read_by(kind, text)}
        read = own | expression(reader.zone(), kind, text, None).elsewhere
        guarded = (attributes[register][name] for register, name in read if not is_result(name))
        return all(self.rights.reads(each.sensitivity) for each in guarded)

    def _read_by(self, kind: str, text: str) -> frozenset[str]:
        return expression(reader.zone(), kind, text, None).attributes

    def subjects(self, block: Block) -> Subjects:
        """Raises ProblemError; there must be a run."""
        assert self.run is not None
        return subjects(self.run, self.page, block.register)

    def address(self, id: str) -> str:
        """Where the records behind a block are: on the page that has always listed them, else on one of its own."""
        block = self.page.blocks[id]
        match block.source:
            case "figure":
                return reverse("figure", args=[block.figure])
            case "figures":
                return f"{reverse('figures')}?topic_id={block.figures}"
            case "targets":
                return reverse("targets") + (f"?verdict={block.targets[0]}" if len(block.targets) == 1 else "")
            case "findings":
                return reverse(FOUND_AT[str(block.findings)])
            case "policies":
                return reverse("policies")
            case "near":
                return reverse("policy-near", args=[block.near])
            case "changes":
                return reverse("score-compare", args=[block.changes])
        return reverse("peak-block", args=[self.page.id, id])

    def id_of(self, block: Block) -> str:
        return next(id for id, each in self.page.blocks.items() if each is block)

    def holders(self, id: str) -> str:
        """Where a table of policies lists who has on record what they grant."""
        return reverse("peak-block", args=[self.page.id, id])

    def opens(self, register: str) -> bool:
        return registers.opens(self.rights, register)
