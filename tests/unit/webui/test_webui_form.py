"""What a browser sent, cleaned and bounded."""

from webui.form import Form, _cleaned


def test_texts_lose_the_white_space_around_them() -> None:
    form = Form({"name": ("  周金水 ", "x"), "holders": (" a ", "b")})
    assert form.text("name") == "周金水"
    assert form.all("holders") == ("a", "b")
    assert form.text("absent", "otherwise") == "otherwise"
    assert not form.has("absent")


def test_fields_under_a_prefix_are_found_by_the_rest() -> None:
    form = Form({"mark.a_name": ("same",), "mark.b_name": ("corrected",), "other": ("x",)})
    assert form.under("mark.") == {"a_name": "same", "b_name": "corrected"}


def test_control_characters_never_reach_a_database() -> None:
    assert _cleaned("a\x00b\x1b[31mc\x7f\r\nd\re\tf") == "ab[31mc\nd\ne\tf"


def test_rare_characters_are_kept() -> None:
    for text in ("𠮷", "阿·买买提", "鳯英", "é", "👪"):
        assert _cleaned(text) == text
