"""Stops early, with the remedy, on a Python that cannot run the set-up.

Runs before anything is installed, on whatever `python3` is: standard library only.
"""

import importlib.util
import sys


def complaint(version: tuple[int, int], has_venv: bool) -> str:
    """The sentence to print, or "" when this Python will do."""
    if not (3, 11) <= version < (3, 13):
        return (
            f"PYTHON_VERSION: 需要 Python 3.11 或 3.12，当前为 {version[0]}.{version[1]} "
            "→ make PYTHON=python3.11 ... | Python 3.11 or 3.12 is needed"
        )
    if not has_venv:
        return (
            "PYTHON_VENV: 此 Python 没有 venv/ensurepip 模块 → Debian/Ubuntu: "
            "apt-get install python3-venv | this Python has no venv module"
        )
    return ""


def main() -> int:
    """Exit code 0 when the set-up can go on, 2 otherwise."""
    has_venv = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
    said = complaint((sys.version_info[0], sys.version_info[1]), has_venv)
    if said:
        sys.stderr.write(said + "\n")
    return 2 if said else 0


if __name__ == "__main__":
    sys.exit(main())
