"""What libraries raise when the bytes that they are given were made to hurt.

Certificates and revocation lists inside a file are written by whoever wrote the file. Their parts
are read when somebody asks for them, and the X.509 library says no in ways that are no ValueError.
"""

import zlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.pdf_utils.misc import PdfError
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    OCSPValidationError,
    PathError,
    ValidationError,
)

CERTIFICATE_FAULTS = (
    ValueError,
    TypeError,
    KeyError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.UnsupportedGeneralNameType,
)
"""A certificate or a revocation list that cannot be read, or was not signed by that key."""

FAULTS = (
    *CERTIFICATE_FAULTS,
    PdfError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    NotImplementedError,
    AssertionError,
    OSError,
    zlib.error,
    PathError,
    ValidationError,
    CRLValidationError,
    OCSPValidationError,
)
"""What parsing a hostile file may raise; each becomes a refusal, never a crash."""
