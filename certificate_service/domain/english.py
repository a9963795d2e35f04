"""The verdicts' words in English: banners, advice and steps. The Chinese words are the original."""

from collections.abc import Mapping

BANNERS: Mapping[str, str] = {
    "V00": "Genuine and in force; contents compared",
    "V01": "Number or check code does not fit",
    "V02": "The signature does not hold",
    "V03": "The issuer was not trusted at that time",
    "V04": "This certificate was revoked",
    "V05": "This certificate was replaced by a new one",
    "V06": "The file was altered",
    "V07": "Genuine; mind its age or purpose",
    "V08": "Not issued by this system",
    "V09": "The seal is genuine; contents not compared yet",
    "V10": "Genuine, but whether it was revoked could not be checked",
    "V11": "Too many questions",
    "V12": "This certificate is suspended",
    "V13": "Not in the log",
    "V14": "The page does not fit the QR code",
    "V99": "System fault; could not be verified",
}
"""By verdict code."""

_DISTRUST = "Do not accept it, and call the issuing archive"
ADVICE: Mapping[str, str] = {
    "V00": "Make sure that everything on the screen is the same on the paper",
    "V01": "Type it again from the paper; if it still does not fit, call the issuing archive",
    "V02": _DISTRUST,
    "V03": _DISTRUST,
    "V04": _DISTRUST,
    "V05": "Do not accept it; ask for the new certificate",
    "V06": "This file is not what the archive issued; do not accept it",
    "V07": "Make sure that it fits this use",
    "V08": "Do not accept it; the official address is printed on the certificate",
    "V09": "Type the check code printed beside the QR code and compare with the paper",
    "V10": "Verify once more when there is a network",
    "V11": "Try again in an hour, or call the issuing archive",
    "V12": "Call the issuing archive",
    "V13": _DISTRUST,
    "V14": _DISTRUST,
    "V99": "Try again later, or verify by number",
}
"""By verdict code."""

STEPS: Mapping[int, str] = {
    1: "The file or QR code is of this system",
    2: "The seal covers the whole file; nothing was changed after it",
    3: "The seal's digital signature is right",
    4: "The seal is the archive's own and is trusted",
    5: "The QR code's signature is right, its key authorised by the archive",
    6: "QR code and file say the same",
    7: "Written into the issuing archive's log",
    8: "Not revoked, not replaced",
    9: "Contents compared",
    10: "Age and purpose",
}
"""By number."""

UNWITNESSED_BANNER = "Genuine, but other archives have not witnessed its log entry yet"
UNWITNESSED_ADVICE = "Witnesses usually answer within a minute; verify once more then"
