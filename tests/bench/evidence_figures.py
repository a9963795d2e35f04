"""Evidence packs: how long one takes to verify, and that no mutation of one is believed."""

from collections import Counter
from pathlib import Path
from random import Random

from records.refusal import Refusal
from tests.bench.measuring import Report, measure
from tests.evidence_world import PINNED, make_case
from tests.pack_mutations import mutations
from trust.transparency.evidence import make_evidence, verify_evidence

SEED = 20261122
MUTATIONS = 20_000


def run(folder: Path, *, full: bool) -> Report:
    """Verification time and the fate of 20,000 mutations; one size only."""
    good = make_evidence(make_case(folder))
    timed = measure(
        "evidence.verify",
        f"a pack of {len(good)} bytes, two statements in the log",
        lambda _n: verify_evidence(good, PINNED),
        500,
    )
    codes: Counter[str] = Counter()
    for pack in mutations(good, Random(SEED), MUTATIONS):
        try:
            verify_evidence(pack, PINNED)
            codes["ACCEPTED"] += 1
        except Refusal as refusal:
            codes[refusal.code] += 1
    report = Report.of_figures([timed])
    fate = {"name": "evidence.mutations", "n": MUTATIONS, "seed": SEED, "codes": dict(codes)}
    lines = [f"{MUTATIONS} mutations, seed {SEED}: {codes['ACCEPTED']} accepted"]
    lines += [f"  {code:<24}{number:>8}" for code, number in codes.most_common()]
    return Report(rows=[*report.rows, fate], text=report.text + "\n".join(lines) + "\n")
