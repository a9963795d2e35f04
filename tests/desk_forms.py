"""Every form of the desks: who sends it, about which case, with which words, and what is wrong.

A route that takes a form and has no row here fails `test_every_form_has_a_row`.
"""

from desk_form import FILING, Row
from desk_forms_inside import MANAGEMENT_ROWS, PARTNER_ROWS
from desk_preparing import draft, letter, returned
from desk_server import NAMES
from fake_office import CODE, PASSWORD, SHANGRAO
from full_world import ASKED, FILED, OPEN, SEALED

REVIEW = NAMES.newest("review", "1")

WINDOW_ROWS = (
    Row(
        "/login",
        "",
        sent={"user": "zhoumin", "password": PASSWORD, "totp": CODE},
        typed=("user",),
        wrong={"totp": ""},
    ),
    Row("/logout"),
    Row("/lock"),
    Row("/unlock", sent={"password": PASSWORD, "next": "/intake"}),
    Row(
        "/keep/{name}", sent={"note": "词"}, good=204, places={"name": NAMES.newest("review", "1")}
    ),
    Row("/me", sent={"size": "large"}),
    Row(
        "/intake/new",
        sent={**FILING, "action": "check"},
        typed=("name", "place", "words"),
        wrong={"id_no": "1"},
    ),
    Row("/intake/new/side", sent=FILING, typed=("name",), good=200),
    Row("/intake/new/clues", sent=FILING, typed=("place",), good=200),
    Row("/intake/{id}/check", about=FILED, make=draft),
    Row("/intake/{id}/drop", about=FILED, make=draft),
    Row("/intake/{id}/amend", about=ASKED, make=returned),
    Row("/intake/{id}/unmask", about=OPEN),
    Row("/intake/{id}/withdraw", about=OPEN, sent={"note": "不再需要"}, typed=("note",)),
    Row("/intake/{id}/remind", about=OPEN),
    Row("/intake/{id}/close", about=SEALED),
    Row(
        "/intake/{id}/supplement",
        about=ASKED,
        sent={"holder": SHANGRAO, "other_name": "吴桂兰", "words": "公社在桥头"},
        typed=("other_name", "words"),
        wrong={"period": "明年的某一天"},
    ),
    Row(
        "/intake/{id}/deliver",
        about=SEALED,
        sent={"checked": "yes", "signed": "yes", "copies": "2"},
        wrong={"checked": ""},
    ),
    Row("/intake/{id}/papers", about=OPEN, sent={"paper": "cover", "holder": SHANGRAO}),
    Row(
        "/intake/{id}/letter",
        "linyan",
        OPEN,
        sent={"addressee": "婺源县民政局", "reply_to": "嘉兴市中环南路 1 号"},
        typed=("addressee", "reply_to"),
        wrong={"addressee": "婺"},
    ),
    Row(
        "/intake/{id}/papers/{paper}/post",
        about=OPEN,
        sent={"carrier": "express", "tracking": "SF123456", "pages": "3"},
        typed=("tracking",),
        wrong={"pages": "0"},
        make=letter(posted=False),
    ),
    Row(
        "/intake/{id}/papers/{paper}/answer",
        about=OPEN,
        sent={"outcome": "HIT_UNIQUE", "pages": "2", "reference": "婺民档7号", "note": "复印件"},
        typed=("reference", "note"),
        wrong={"outcome": "GUESS"},
        make=letter(posted=True),
    ),
    Row("/devices/ask", good=200),
    Row(
        "/devices/pair",
        sent={"introduction": "{}", "code": "123456", "name": "1号窗口"},
        typed=("introduction", "code"),
        wrong={"code": ""},
        good=422,
    ),
    Row("/devices/card", sent={"draft": "draft-" + "0" * 24, "said": "{}"}, good=404),
    Row("/devices/picture", sent={"draft": "draft-" + "0" * 24, "said": "{}"}, good=404),
    Row("/devices/{device}/end", places={"device": "1"}, good=403),
    Row(
        "/review/{id}",
        "linyan",
        FILED,
        sent={"decision": "return", "note": "请补身份证照片"},
        typed=("note",),
        wrong={"note": "缺"},
    ),
    Row("/review/{id}/ask", "linyan", FILED),
)
ROWS = (*WINDOW_ROWS, *PARTNER_ROWS, *MANAGEMENT_ROWS)
