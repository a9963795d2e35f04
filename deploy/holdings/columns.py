"""The columns of the import files, in the order of interfaces.md §3."""

COMMON = (
    "reference_code",
    "fonds_no",
    "catalog_no",
    "file_no",
    "item_no",
    "page_from",
    "page_to",
    "year",
    "title",
    "retention_period",
    "open_status",
    "secrecy_level",
    "damage",
    "images",
    "remarks",
)
_PARTY = (
    "name",
    "former_name",
    "sex",
    "birth",
    "age_recorded",
    "id_no",
    "ethnicity",
    "occupation",
    "residence",
    "native_place",
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "marriage_registration": (
        *COMMON,
        "event_type",
        "event_date",
        "registration_office",
        "certificate_no",
        *(f"a_{column}" for column in _PARTY),
        *(f"b_{column}" for column in _PARTY),
    ),
    "school_record": (
        *COMMON,
        "name",
        "former_name",
        "sex",
        "birth",
        "id_no",
        "native_place",
        "guardian_name",
        "address",
        "school",
        "level",
        "major",
        "class_name",
        "student_no",
        "admission_date",
        "graduation_date",
        "outcome",
        "certificate_no",
        "roster_names",
    ),
    "educated_youth": (
        *COMMON,
        "name",
        "former_name",
        "sex",
        "birth",
        "id_no",
        "origin_unit",
        "origin_place",
        "departure_date",
        "destination_place",
        "settlement_type",
        "return_type",
        "return_date",
        "return_approval_no",
        "receiving_unit",
        "roster_names",
    ),
    "forest_right": (
        *COMMON,
        "owner",
        "mountain",
        "area",
        "boundaries",
        "certificate_no",
        "issue_date",
    ),
}

Row = dict[str, str]
"""One line of an import file by column; a missing key is written as an empty cell."""


def shelf_of(reference_code: str, year: int, page: int, retention: str) -> Row:
    """The columns that say where a record stands: 全宗-目录-案卷-件, one page, open."""
    fonds, catalog, file_no, item = reference_code.split("-")
    return {
        "reference_code": reference_code,
        "fonds_no": fonds,
        "catalog_no": catalog,
        "file_no": file_no,
        "item_no": item,
        "page_from": str(page),
        "page_to": str(page),
        "year": str(year),
        "retention_period": retention,
        "open_status": "open",
    }
