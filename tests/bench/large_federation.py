"""A federation of the country's size, from a seed: 4,000 members and everything they signed.

Keys and signatures are real; the generator is not: places are the public area table's where it
lies beside the checkout, else numbers of the same form.
"""

import base64
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from records.agreements import Agreement
from records.area_table import parse_area_table
from records.coverage import ArchiveCoverage, CoverageRow, Gap
from records.jurisdictions import Jurisdictions
from records.kinds import KINDS
from records.place_facts import OLDER_NAMES, PLACE_FACTS
from trust.envelope.dsse import Envelope
from trust.envelope.statement import sign_statement
from trust.identity.council import CouncilKeys
from trust.identity.keys import Ed25519Signer, public_key_to_base64
from trust.identity.statements import Endpoint, KeyStatement
from trust.identity.trust_list import ListedArchive, ListedKey, Member, TrustList

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
YEAR = timedelta(days=365)
AREAS = Path(__file__).parents[3] / "shared/data/admin/areacodes_result.csv"
CATEGORIES = tuple(sorted(KINDS))[:30]


@dataclass
class LargeFederation:
    """Members `n0000`...; every statement is signed by whoever may."""

    seed: int
    members: int
    agreements: int
    rows: int
    """Coverage rows; each archive declares rows / members categories."""
    signers: list[Ed25519Signer] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self.jurisdictions = Jurisdictions(self._areas())
        in_use = [row for row in self.jurisdictions.table.rows if row.end is None]
        self.counties = [row for row in in_use if row.level == "县级"]
        self.codes = [self._code(number) for number in range(self.members)]
        self.signers = [self._signer() for _ in range(self.members)]
        self.registry = self._signer()
        self.council = [self._signer() for _ in range(3)]
        self.pairs = self._pair()

    @staticmethod
    def _areas() -> tuple[object, ...]:
        if AREAS.is_file():
            return (*parse_area_table(AREAS.read_text("utf-8-sig")), *OLDER_NAMES)
        return PLACE_FACTS

    def _signer(self) -> Ed25519Signer:
        return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(self._random.randbytes(32)))

    def _code(self, number: int) -> str:
        return f"{110000 + number * 7:06d}"

    def _pair(self) -> list[tuple[int, int]]:
        found: dict[tuple[int, int], None] = {}
        while len(found) < self.agreements:
            one, other = sorted(self._random.sample(range(self.members), 2))
            found[one, other] = None
        return list(found)

    def slug(self, number: int) -> str:
        return f"n{number:04d}"

    def council_keys(self) -> CouncilKeys:
        return CouncilKeys(threshold=2, keys={one.kid: one.public_key for one in self.council})

    def listed_key(self, signer: Ed25519Signer) -> ListedKey:
        return ListedKey(
            kid=signer.kid,
            suite="LT-1",
            public_key=public_key_to_base64(signer.public_key),
            not_before=AT - YEAR,
            not_after=AT + YEAR,
        )

    def trust_list(self) -> TrustList:
        nodes = [
            Member(
                participant_id=self.slug(number),
                kind="node",
                name=f"第{number}号市档案馆",
                state="active",
                since=AT - YEAR,
                sign_keys=(self.listed_key(self.signers[number]),),
                archives=(
                    ListedArchive(
                        archive_code=self.codes[number],
                        name=f"第{number}号市档案馆",
                        city_code=f"{self.codes[number][:4]}00",
                        authority_key=self.listed_key(self._signer()),
                    ),
                ),
            )
            for number in range(self.members)
        ]
        registry = Member(
            participant_id="registry",
            kind="registry",
            name="registry",
            state="active",
            since=AT - YEAR,
            sign_keys=(self.listed_key(self.registry),),
        )
        return TrustList(
            trust_domain="bench.invalid",
            version=1,
            issued_at=AT - timedelta(hours=1),
            expires_at=AT + timedelta(days=90),
            previous_sha256="",
            suites=("LT-1",),
            tls_roots_pem="-",
            seal_roots_pem="-",
            members=(registry, *nodes),
        )

    def coverage(self, number: int, sequence: int = 1, last: int = 2013) -> ArchiveCoverage:
        rng = random.Random(f"{self.seed}/{number}")
        county = self.counties[number % len(self.counties)]
        count = self.rows // self.members
        return ArchiveCoverage(
            archive_code=self.codes[number],
            node_id=self.slug(number),
            sequence=sequence,
            rows=tuple(
                CoverageRow(
                    category=category,
                    areas=(county.code,),
                    covered_from=rng.randint(1949, 1965),
                    covered_to=last - rng.randint(0, 9),
                    gaps=(Gap(year_from=1967, year_to=1969, what="卷宗缺失"),)
                    if rng.random() < 0.1
                    else (),
                    as_of=date(2026, rng.randint(1, 10), rng.randint(1, 28)),
                    referral=f"{last + 1}年起：{county.name}民政局",
                )
                for category in CATEGORIES[:count]
            ),
        )

    def agreement(self, pair: tuple[int, int], version: int = 1) -> Agreement:
        rng = random.Random(f"{self.seed}/{pair}")
        one, other = self.slug(pair[0]), self.slug(pair[1])
        return Agreement(
            agreement_id=f"{one}-{other}-2026",
            version=version,
            asking_nodes=(one, other),
            holding_nodes=(one, other),
            categories=tuple(sorted(rng.sample(CATEGORIES, rng.randint(3, 12)))),
            requester_types=("party", "spouse", "agent"),
            purposes=(),
            year_from=1949,
            year_to=2026,
            granularity=rng.choice(("count", "index", "extract", "image")),
            seal_mode="HOLDER_ELECTRONIC_WINDOW_COUNTERSIGN",
            minutes=15,
            legal_basis="档案法第二十八条",
            valid_from=date(2026, 1, 1),
            valid_to=date(2026 + rng.randint(1, 4), 12, 31),
            daily_quota=rng.choice((50, 100, 200)),
            contacts={one: f"0573-{rng.randint(10**7, 10**8 - 1)}", other: "0793-00000000"},
        )

    def sign_agreement(self, pair: tuple[int, int], version: int = 1) -> Envelope:
        one, other = (self.signers[number] for number in pair)
        return sign_statement(self.agreement(pair, version), one, other)

    def sign_coverage(self, number: int, sequence: int = 1, last: int = 2013) -> Envelope:
        return sign_statement(self.coverage(number, sequence, last), self.signers[number])

    def statements(self) -> Iterator[Envelope]:
        """Everything but the trust list: 4 small statements and a coverage list a member."""
        for number, signer in enumerate(self.signers):
            slug = self.slug(number)
            yield sign_statement(
                Endpoint(participant_id=slug, sequence=1, grpc=f"{slug}.example:7443"), signer
            )
            for use in ("tls", "hpke", "log"):
                yield sign_statement(self._key(number, use), signer)
            yield self.sign_coverage(number)
        for pair in self.pairs:
            yield self.sign_agreement(pair)

    def _key(self, number: int, use: str) -> KeyStatement:
        der = hashlib.sha256(f"{self.seed}/{number}/{use}".encode()).digest() + bytes(12)
        return KeyStatement(
            participant_id=self.slug(number),
            archive_code=self.codes[number] if use == "log" else "",
            use=use,
            sequence=1,
            spki_sha256=hashlib.sha256(der).hexdigest(),
            public_key="" if use == "tls" else base64.b64encode(der).decode(),
            not_before=AT - timedelta(days=1),
            not_after=AT + timedelta(days=90),
        )
