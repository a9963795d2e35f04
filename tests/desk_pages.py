"""Every page of the desks with who sees it, and an office in which each has something to show."""

from dataclasses import replace

from desk_form import FILING
from fake_management import BATCH, WAITING
from fake_office import JIAXING, SHANGRAO, World
from fake_withdrawals import VALID_ONE, WAITING_ONE
from full_world import (
    ASKED,
    COPIED,
    FILED,
    HELD,
    MINE,
    OPEN,
    SEALED,
    due_call_back,
    full_world,
    propose_correction,
)

from node.domain.drafts import Draft

DRAFT = "draft-" + "0" * 24
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REACH = """() => {
  const style = one => getComputedStyle(one);
  const ends = one => {  // where it ends; what a card cuts off counts from the window's edge
    const right = one.getBoundingClientRect().right;
    for (let up = one.parentElement; up && up.tagName !== 'BODY'; up = up.parentElement) {
      if (['auto', 'scroll'].includes(style(up).overflowX)) return 0;
      const edge = up.getBoundingClientRect(), cut = right - edge.right;
      if (['hidden', 'clip'].includes(style(up).overflowX) && cut > 1)
        return edge.width < 2 || style(up).textOverflow === 'ellipsis' ? 0 : innerWidth + cut;
    }
    return right;
  };
  const seen = [...document.querySelectorAll('main *')].filter(one =>
    one.checkVisibility() && !one.closest('.unseen') && one.getBoundingClientRect().width > 1);
  return Math.round(Math.max(document.documentElement.scrollWidth, ...seen.map(ends)));
}"""
"""How far to the right anything reaches or is cut off; what scrolls by itself may."""
PAGES = [
    ("zhoumin", "/login"),
    ("zhoumin", "/intake"),
    ("zhoumin", "/intake/new"),
    ("zhoumin", f"/intake/{OPEN}"),
    ("zhoumin", f"/intake/{SEALED}"),
    ("zhoumin", f"/intake/{ASKED}"),
    ("zhoumin", f"/intake/{ASKED}/supplement"),
    ("zhoumin", f"/intake/{SEALED}/deliver"),
    ("zhoumin", f"/intake/{OPEN}/receipt"),
    ("zhoumin", "/me"),
    ("zhoumin", "/devices"),
    ("zhoumin", "/help/keys"),
    ("zhoumin", "/post"),
    ("zhoumin", f"/intake/{OPEN}/papers"),
    ("zhoumin", f"/intake/{DRAFT}/check"),
    ("zhoumin", f"/intake/new?draft={DRAFT}"),
    ("zhoumin", f"/intake/{ASKED}/papers"),
    ("zhoumin", "/seal"),
    ("zhoumin", "/nowhere"),
    ("linyan", "/review"),
    ("linyan", f"/review?id={FILED}"),
    ("linyan", f"/intake/{OPEN}/papers"),
    ("linyan", "/complaints"),
    ("wangmin", f"/fulfil?id={OPEN}"),
    ("wangmin", f"/fulfil?id={COPIED}"),
    ("wangmin", f"/fulfil?id={HELD}"),
    ("lihua", f"/fulfil?id={MINE}"),
    ("wangmin", f"/fulfil?id={MINE}"),
    ("wangmin", f"/fulfil/{MINE}/image/1"),
    ("wangmin", "/callbacks"),
    ("wangmin", f"/revocations?number={VALID_ONE}"),
    ("zhouguoliang", "/seal"),
    ("zhouguoliang", f"/revocations?number={WAITING_ONE}"),
    ("huangying", "/corrections"),
    ("huangying", "/corrections/new"),
    ("huangying", "/corrections/new?reference=J107-9-0119-003&field=a_birth"),
    ("dengke", "/corrections"),
    ("chenli", "/approvals"),
    ("chenli", "/alerts"),
    ("chenli", "/complaints?id=SS-330400-2026-0001"),
    ("chenli", "/agreements"),
    ("chenli", "/agreements/new"),
    ("chenli", "/agreements/jiaxing-shangrao-2026/1"),
    ("chenli", "/agreements/jiaxing-pudong-2026/1"),
    ("zongku", "/catalog"),
    ("dengke", f"/catalog/{WAITING}"),
    ("dengke", f"/catalog/{BATCH}"),
    ("xujing", "/dash"),
    ("xujing", "/stats"),
    ("xujing", "/posts"),
    ("xujing", "/certs"),
    ("gaowen", "/audit"),
]
NO_PAGES = {
    "/": "leads to the officer's own desk",
    "/events": "a stream",
    "/locked": "walked in test_browser_comfort.py, behind its lock",
    "/static/{digest}/{name}": "a file",
    "/stats.csv": "a file",
    "/catalog/{id}/report.csv": "a file",
    "/corrections/scan/{sha256}": "a picture",
    "/corrections/{id}/notice/{number}": "a PDF",
    "/fulfil/{id}/held": "a part of /fulfil",
    "/fulfil/{id}/scan/{sha256}": "a picture",
    "/intake/{id}/file/{sha256}": "a PDF",
    "/intake/{id}/file/{sha256}/{page:int}": "a picture",
    "/intake/{id}/papers/{paper}": "a PDF",
    "/review/{id}/asked": "a part of /review",
    "/review/{id}/paper/{sha256}": "a photograph",
    "/revocations/{number}/notice": "a PDF",
}
"""Routes that show no page of their own, and why."""


def world_of_pages() -> World:
    """Cases in every state that a page can show, and a form that is being filled in."""
    made = full_world()
    fields = {name: (str(value),) for name, value in FILING.items()}
    kept = {"officer_id": f"{JIAXING}/zhoumin", "saved_at": made.clock()}
    made.drafts.save(Draft(draft_id=DRAFT, fields=fields, **kept))
    made.rights.due = [due_call_back(made, case_no) for case_no in (MINE, COPIED)]
    assigned = {"state": "assigned", "assigned_to": f"{SHANGRAO}/chenli"}
    made.rights.kept = replace(made.rights.kept, **assigned)
    propose_correction(made)
    return made
