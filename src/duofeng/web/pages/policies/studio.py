"""The studio: a draft policy is checked while it is typed and tried on every firm, before anybody publishes it.

A draft is data: it is parsed, never run. Its size is bounded here, its depth, its expressions and its functions where
declared files are read, so the same mistakes are told as for a published file.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from duofeng.brain.policies.dryrun import CLOSE, DryRun, dry_run, together_with
from duofeng.brain.policies.examples import failing_examples_of
from duofeng.brain.policies.outcomes import OUTCOME_NAMES
from duofeng.brain.runs.store import Run
from duofeng.brain.runs.subject import whole_profile
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.web import reader
from duofeng.web.context import language
from duofeng.web.page import Page
from duofeng.web.pages.firms.reading import current
from duofeng.web.pages.policies.charts import cliff_chart, histogram
from duofeng.web.pages.policies.words import OUTCOMES
from duofeng.zone.kinds.policy import Policy
from duofeng.zone.load import load_draft
from duofeng.zone.zone import Zone

LARGEST = 64 * 1024
"""Characters of a draft."""
MOST_EXPRESSIONS = 200
MOST_SUBJECTS = 50_000
"""Firms a page tries a draft on while somebody waits."""
SHOWN = 50
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def studio(request: HttpRequest) -> HttpResponse:
    """The editor, empty or with the text of a policy in force."""
    start = request.GET.get("from", "")
    known = reader.current_plan().by_id.get(start)
    text = _text_of(known.policy) if known else _sketch()
    policies = [(each.id, each.policy.title.of(language())) for each in reader.current_plan().policies]
    context = {"text": text, "policies": policies, "start": start if known else "", "largest": LARGEST}
    return render(request, "pages/policies/studio.html", context)


def _text_of(policy: Policy) -> str:
    """The file as it is written. Its id, which follows from the file's name, is put first where it is not written."""
    text = Path(policy.span.file).read_text("utf-8")
    return text if re.search(r"^policy:", text, re.MULTILINE) else f"policy: {policy.policy}\n{text}"


def _sketch() -> str:
    """The shortest policy there is, to begin with: words in the reader's language."""
    title, document = _("新政策"), _("草案")
    condition, example = _("成立满三年"), _("成立五年的企业")
    day = reader.current_plan().as_of
    return f"""policy: draft
title: {{zh: {title}, en: {title}}}
source: {{document: {{zh: {document}, en: {document}}}, trust: illustrative}}
from: {day.replace(month=1, day=1)}
conditions:
  age:
    title: {{zh: {condition}, en: {condition}}}
    when: years_between(registered_on, as_of) >= 3
amount: {{expression: "100_000"}}
examples:
  - title: {{zh: {example}, en: {example}}}
    as_of: {day}
    given: {{registered_on: {day.replace(year=day.year - 5, day=1)}}}
    expect: "yes"
    amount: 100_000
"""


def drafted(text: str) -> tuple[Zone, Policy]:
    """The zone with the draft in it. Raises ProblemError with every mistake."""
    reader_zone = reader.zone()
    with tempfile.TemporaryDirectory(prefix="duofeng-draft-") as folder:
        file = Path(folder) / "draft.yaml"
        file.write_text(text, "utf-8")
        zone, item = load_draft(reader_zone, file, "policy")
    assert isinstance(item, Policy)
    broken = list(failing_examples_of(zone, item))
    if broken:
        raise ProblemError(broken)
    return zone, item


def _checked(request: HttpRequest) -> tuple[str, tuple[Zone, Policy] | None, list[Any]]:
    """The typed text, the draft if it is sound, and what is wrong: (line, message, hint)."""
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "�")
    if len(text) > LARGEST:
        said = _("草案有 %(size)d 个字符，最多 %(most)d 个。") % {"size": len(text), "most": LARGEST}
        return text[:LARGEST], None, [(None, said, "")]
    if not text.strip():
        return text, None, [(None, _("还没有写草案。"), "")]
    try:
        found = drafted(text)
    except ProblemError as error:
        return (
            text,
            None,
            [_line(problem) for problem in sorted(error.problems, key=lambda each: each.sort_key)[:SHOWN]],
        )
    if sum(1 for _each in found[1].texts()) > MOST_EXPRESSIONS:
        return text, None, [(None, _("表达式太多，最多 %(most)d 个。") % {"most": MOST_EXPRESSIONS}, "")]
    return text, found, []


def _line(problem: Problem) -> tuple[int | None, str, str]:
    return problem.span.line if problem.span else None, problem.message(language()), problem.kind.code


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What is wrong with the text as it stands, while it is typed."""
    _text, found, problems = _checked(request)
    return render(request, "pages/policies/draft_problems.html", {"sound": found is not None, "problems": problems})


@require_POST
def attempt(request: HttpRequest) -> HttpResponse:
    """The draft answered for every firm of the current run."""
    _text, found, problems = _checked(request)
    run = current()
    subjects = run.manifest.counts.get("subjects", 0)
    if found is not None and subjects > MOST_SUBJECTS:
        said = _("这次计算有 %(n)d 家企业，页面上最多试算 %(most)d 家；请在命令行试算。")
        problems, found = [(None, said % {"n": subjects, "most": MOST_SUBJECTS}, "")], None
    if found is None:
        return render(request, "pages/policies/draft_problems.html", {"sound": False, "problems": problems})
    try:
        result = _tried(run, *found)
    except ProblemError as error:
        told = [_line(problem) for problem in error.problems[:SHOWN]]
        return render(request, "pages/policies/draft_problems.html", {"sound": False, "problems": told})
    return render(request, "pages/policies/tried.html", _shown(run, result))


def _tried(run: Run, zone: Zone, draft: Policy) -> DryRun:
    now = reader.current_plan()
    together = together_with(zone, draft, now)
    frame = whole_profile(run, together, zone, reader.ledger())
    return dry_run(draft, frame, together, now)


def _shown(run: Run, result: DryRun) -> dict[str, Any]:
    titles = {id: each.title.of(language()) for id, each in result.planned.policy.conditions.items()}
    names = run.table("profile").select("subject", "name").collect()
    eligible = result.eligible.head(SHOWN).join(names, on="subject", how="left", maintain_order="left")
    losers = result.losers.head(SHOWN).join(names, on="subject", how="left", maintain_order="left")
    cliffs = result.cliffs[:8]
    return {
        "result": result,
        "outcomes": [(OUTCOMES[name], result.counts[name]) for name in OUTCOME_NAMES],
        "amounts": histogram(result.amounts),
        "cliffs": cliff_chart(
            [titles[each.condition] for each in cliffs],
            [each.below[0] for each in cliffs],
            [each.above[0] for each in cliffs],
        ),
        "moved": list(_moved(result, titles)),
        "eligible": list(eligible.iter_rows(named=True)),
        "losers": list(losers.iter_rows(named=True)),
        "close": f"{CLOSE:.0%}",
        "shown": SHOWN,
    }


def _moved(result: DryRun, titles: dict[str, str]) -> Iterator[dict[str, Any]]:
    for each in result.moved:
        yield {
            "title": titles[each.condition],
            "written": each.written,
            "to": each.to,
            "eligible": each.eligible,
            "more": each.eligible - result.counts["yes"],
            "due": each.due,
        }


PAGES = [
    Page("studio/", "studio", studio, "policies.draft"),
    Page("studio/check/", "studio-check", check, "policies.draft"),
    Page("studio/try/", "studio-try", attempt, "policies.draft"),
]
