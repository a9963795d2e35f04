"""Checks a certificate with the ordinary command, as anybody would."""

import json
import subprocess
from pathlib import Path
from typing import Any

from deploy.localnet.document import Federation
from deploy.localnet.processes import program
from deploy.reasons import STEP_FAILED
from records.refusal import Refusal


def verify(federation: Federation, pdf: Path, *options: str) -> dict[str, Any]:
    """What `lantai-certificate verify` says about the file.

    Raises:
        Refusal: STEP_FAILED when it does not call the file genuine.
    """
    command = [program("lantai-certificate"), "verify", str(pdf), "--json"]
    command += ["--trust-list", federation.trust_list, "--council", federation.council_keys]
    done = subprocess.run(
        [*command, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        verdict: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise Refusal(STEP_FAILED, f"verify: {done.stderr.strip()[:200]}") from error
    if done.returncode or verdict["genuine"] is not True:
        failed = [step["what"] for step in verdict["steps"] if not step["ok"]]
        raise Refusal(STEP_FAILED, f"verify: {verdict['verdict']} {', '.join(failed)[:200]}")
    return verdict


def check_offline(federation: Federation, pdf: Path) -> str:
    """The verdict without any network."""
    return _words(verify(federation, pdf, "--offline"))


def check_online(federation: Federation, pdf: Path) -> str:
    """The verdict with status and log looked up at the verify site."""
    return _words(verify(federation, pdf, "--site", federation.certificate_service["verify"]))


def _words(verdict: dict[str, Any]) -> str:
    return f"{verdict['verdict']} · level {verdict['level']} · status {verdict['status']}"
