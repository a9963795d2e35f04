"""Words for the groups of a statistic."""

from webui.words import Words


def group_name(name: str, by: str, t: Words) -> str:
    """The word for a group's code; names of archives stay as they are."""
    if by == "partner":
        return name or t("dash.none")
    return t.find(f"{'stats.desk' if by == 'desk' else by}.{name}", name or t("dash.none"))
