"""The worker's duty: papers that were ordered are drawn by the certificate service."""

import hashlib
from dataclasses import replace
from functools import partial

from node.domain.office_papers import CasePaper
from node.ports import Certificates, EventLog, ImageStore
from node.services.house import House
from node.services.worker import guard
from records.release import StatusOrder
from trust.envelope.statement import decode


class DrawPapers:
    """Has every ordered paper drawn once; the same words give the same bytes."""

    def __init__(
        self, house: House, certificates: Certificates, files: ImageStore, log: EventLog
    ) -> None:
        """Drawn papers go into `files`."""
        self._house = house
        self._certificates = certificates
        self._files = files
        self._log = log

    def run(self, limit: int = 10) -> int:
        """How many were drawn."""
        with self._house.book.read() as book:
            waiting = book.undrawn_papers(limit)
        done = [guard(partial(self._draw, paper), self._log, "paper") for paper in waiting]
        return sum(done)

    def _draw(self, paper: CasePaper) -> None:
        if paper.status_order is not None:
            # Nobody reads that a certificate fell before it has fallen.
            order = decode(paper.status_order.payload, StatusOrder)
            self._certificates.withdraw(paper.status_order, order.status)
        pdf = self._certificates.typeset(paper.envelope)
        digest = self._files.put(pdf)
        if digest != hashlib.sha256(pdf).hexdigest():
            return
        with self._house.book.write() as book:
            book.save_paper(replace(book.get_paper(paper.paper_id), file_sha256=digest))
