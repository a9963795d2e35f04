"""What a file of papers is: its first bytes say it; its name and claimed type are not believed."""

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)


def media_type_of(data: bytes) -> str:
    """What the first bytes say; empty for anything that is no photograph and no PDF."""
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    return ""
