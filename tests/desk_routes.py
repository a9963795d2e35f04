"""Every page and every act of the desks, and which posts may pass: said here a second time.

A route that the application has and this list has not fails `test_every_route_is_classified`.
"""

import re

from desk_world import CASE, DRAFT
from fake_office import STAFF

EVERYBODY: set[str] = set()
ALL = {post for one in STAFF for post in one.posts}
LOOKERS = {"supervisor", "auditor", "leader"}
WINDOW = {"window_clerk", "window_reviewer"}
CLERK, REVIEWER = {"window_clerk"}, {"window_reviewer"}
PARTNER = {"release_dispatcher", "leader"}
IMAGES = PARTNER | {"seal_keeper"}
AUDIT = {"supervisor", "auditor"}
KEEPER, SUBMISSION = {"repository_master"}, {"submission_reviewer"}
INTAKERS = KEEPER | SUBMISSION | LOOKERS
CORRECTORS = AUDIT | {
    "correction_clerk",
    "submission_reviewer",
    "release_dispatcher",
    "seal_keeper",
}
REVOKERS = {"release_dispatcher", "seal_keeper"} | LOOKERS
COMPLAINTS = WINDOW | {"release_dispatcher"} | LOOKERS
PAGES: dict[str, set[str]] = {
    "/static/{digest}/{name}": EVERYBODY,
    "/login": EVERYBODY,
    "/events": ALL,
    "/": ALL,
    "/me": ALL,
    "/help/keys": ALL,
    "/locked": EVERYBODY,
    "/intake": WINDOW,
    "/intake/new": CLERK,
    "/intake/{id}": WINDOW,
    "/intake/{id}/check": CLERK,
    "/intake/{id}/receipt": WINDOW,
    "/intake/{id}/papers": WINDOW,
    "/intake/{id}/papers/{paper}": WINDOW,
    "/post": CLERK,
    "/devices": CLERK,
    "/intake/{id}/supplement": CLERK,
    "/intake/{id}/deliver": CLERK,
    "/intake/{id}/file/{sha256}": WINDOW,
    "/intake/{id}/file/{sha256}/{page:int}": WINDOW,
    "/review": REVIEWER,
    "/review/{id}/asked": REVIEWER,
    "/review/{id}/paper/{sha256}": REVIEWER,
    "/fulfil": PARTNER,
    "/fulfil/{id}/held": PARTNER,
    "/fulfil/{id}/image/{n:int}": IMAGES,
    "/fulfil/{id}/scan/{sha256}": IMAGES,
    "/seal": {"seal_keeper"},
    "/approvals": {"leader"},
    "/corrections": CORRECTORS,
    "/corrections/new": {"correction_clerk"},
    "/corrections/scan/{sha256}": CORRECTORS,
    "/corrections/{id}/notice/{number}": CORRECTORS,
    "/revocations": REVOKERS,
    "/revocations/{number}/notice": REVOKERS,
    "/complaints": COMPLAINTS,
    "/alerts": LOOKERS,
    "/callbacks": PARTNER,
    "/dash": LOOKERS,
    "/stats": LOOKERS,
    "/stats.csv": LOOKERS,
    "/posts": LOOKERS,
    "/certs": LOOKERS,
    "/audit": AUDIT,
    "/agreements": LOOKERS,
    "/agreements/new": {"leader"},
    "/agreements/{id}/{version}": LOOKERS,
    "/catalog": INTAKERS,
    "/catalog/{id}": INTAKERS,
    "/catalog/{id}/report.csv": INTAKERS,
}
"""Every page of the desks and who may see it. A route that is not listed fails the first test."""
FORMS: dict[str, set[str]] = {
    "/login": EVERYBODY,
    "/logout": EVERYBODY,
    "/lock": EVERYBODY,
    "/unlock": EVERYBODY,
    "/keep/{name}": ALL,
    "/me": ALL,
    "/intake/new": CLERK,
    "/intake/new/side": CLERK,
    "/intake/new/clues": CLERK,
    "/intake/{id}/check": CLERK,
    "/intake/{id}/drop": CLERK,
    "/intake/{id}/remind": CLERK,
    "/intake/{id}/withdraw": CLERK,
    "/intake/{id}/unmask": WINDOW,
    "/intake/{id}/amend": CLERK,
    "/intake/{id}/close": CLERK,
    "/intake/{id}/supplement": CLERK,
    "/intake/{id}/deliver": CLERK,
    "/intake/{id}/papers": WINDOW,
    "/intake/{id}/letter": REVIEWER,
    "/intake/{id}/papers/{paper}/post": CLERK,
    "/intake/{id}/papers/{paper}/answer": CLERK,
    "/devices/ask": CLERK,
    "/devices/pair": CLERK,
    "/devices/card": CLERK,
    "/devices/picture": CLERK,
    "/devices/{device}/end": CLERK,
    "/review/{id}": REVIEWER,
    "/review/{id}/ask": REVIEWER,
    "/fulfil/next": PARTNER,
    "/fulfil/{id}/claim": PARTNER,
    "/fulfil/{id}/confirm": PARTNER,
    "/fulfil/{id}/return": PARTNER,
    "/fulfil/{id}/no-record": PARTNER,
    "/fulfil/{id}/refer": PARTNER,
    "/fulfil/{id}/refuse": PARTNER,
    "/fulfil/{id}/manual": PARTNER,
    "/fulfil/{id}/give-back": PARTNER,
    "/fulfil/{id}/undo": PARTNER,
    "/fulfil/{id}/forget": PARTNER,
    "/fulfil/{id}/take-back": PARTNER,
    "/fulfil/{id}/hand-over": PARTNER,
    "/fulfil/{id}/remind": PARTNER,
    "/seal/{id}": {"seal_keeper"},
    "/seal/{id}/decline": {"seal_keeper"},
    "/approvals/{id}": {"leader"},
    "/corrections/new": {"correction_clerk"},
    "/corrections/{id}/decide": {"submission_reviewer"},
    "/corrections/{id}/reissue": {"release_dispatcher"},
    "/corrections/{id}/supersede": {"release_dispatcher"},
    "/corrections/{id}/confirm": {"seal_keeper"},
    "/revocations/{number}/order": {"release_dispatcher"},
    "/revocations/{number}/confirm": {"seal_keeper"},
    "/complaints": {"window_clerk", "window_reviewer", "release_dispatcher", "leader"},
    "/complaints/{id}/assign": {"leader", "supervisor"},
    "/complaints/{id}/decide": {
        "leader",
        "supervisor",
        "window_reviewer",
        "release_dispatcher",
    },
    "/alerts/{id}/acknowledge": {"leader", "supervisor"},
    "/callbacks/{id}": PARTNER,
    "/audit/verify": AUDIT,
    "/agreements/new": {"leader"},
    "/agreements/{id}/{version}/sign": {"leader"},
    "/agreements/{id}/{version}/retire": {"leader"},
    "/catalog": KEEPER,
    "/catalog/{id}/accept": SUBMISSION,
    "/catalog/{id}/decline": SUBMISSION,
}
"""Every act of the desks and who may do it."""
_PLACES = {"digest": "0", "name": "x", "sha256": "ab" * 32, "n": "1", "page": "1"}


def filled(path: str) -> str:
    """The path with the case that the tests file."""
    draft = path == "/intake/{id}/check"
    places = {**_PLACES, "id": DRAFT if draft else CASE}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: places.get(found[1], "1"), path)
