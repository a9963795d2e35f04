"""Officers and holdings of a node of the small federation, made by the product's own use cases."""

import hashlib
import io

from channel_world import wall_clock
from node_houses import NodeHouse, NodeWorld
from node_places import COLUMNS, MARRIAGE, PASSWORD, ROWS, STAFF, YOUTH, YOUTH_ROWS
from PIL import Image, ImageDraw

from deploy.ceremony import Appointee
from node.adapters.holdings_files import CSVHoldings, open_findings
from node.adapters.reference_tables import load_query_reader
from node.adapters.sql_catalogue import SqlCatalogue
from node.bootstrap import open_base
from node.domain.commands import AddOfficerCommand
from node.domain.officers import Officer
from node.services.import_holdings import ImportHoldings, ImportOrder
from records.kinds import get_kind


def hire(
    world: NodeWorld, archive_code: str, user: str, posts: tuple[str, ...], person: str = ""
) -> Officer:
    """An officer with an appointment by the archive's authority."""
    node = world.node_of(archive_code)
    staff = world.office(node.node_id).staff
    officer, uri = staff.add_officer(
        AddOfficerCommand(
            archive_code=archive_code,
            user=user,
            display_name=f"{user}某",
            posts=posts,
            password=PASSWORD + user,
            person=person or user,
        )
    )
    now = wall_clock()
    appointee = Appointee(
        officer_id=officer.officer_id,
        person_id=officer.person_id,
        posts=officer.posts,
        kid=officer.kid,
        public_key=officer.public_key,
    )
    appointment = node.authorities[archive_code].appoint(appointee, now, now.date())
    node.officers[archive_code, user] = staff.store_appointment(appointment)
    node.logins[archive_code, user] = uri
    return node.officers[archive_code, user]


def hire_staff(world: NodeWorld, archive_code: str) -> None:
    for user, posts in STAFF.items():
        hire(world, archive_code, user, posts)


def page_image(text: str) -> bytes:
    """A little register page."""
    image = Image.new("RGB", (300, 200), (250, 246, 235))
    ImageDraw.Draw(image).text((20, 80), text, fill=(40, 40, 40))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def import_rows(world: NodeWorld, node: NodeHouse, archive_code: str) -> None:
    rows = ROWS[archive_code]
    if not rows:
        return
    folder = world.folder / "holdings" / archive_code
    folder.mkdir(parents=True)
    for row in rows:
        name = row.split(",")[9]
        if name:
            (folder / name).write_bytes(page_image(name))
    import_file(world, node, archive_code, MARRIAGE, "\n".join((COLUMNS, *rows)) + "\n")
    if archive_code == "361100":
        import_file(world, node, archive_code, YOUTH, YOUTH_ROWS)


def import_file(
    world: NodeWorld, node: NodeHouse, archive_code: str, category: str, text: str
) -> None:
    folder = world.folder / "holdings" / archive_code
    path = folder / f"{category}.csv"
    path.write_text(text, "utf-8")
    base = open_base(node.data)
    reader = load_query_reader(world.parts / "tables")
    importer = ImportHoldings(SqlCatalogue(base.engine, reader.sounds), base.images, reader)
    order = ImportOrder(
        archive_code=archive_code,
        category=category,
        batch_id=hashlib.sha256((archive_code + category + text).encode()).hexdigest()[:32],
        accept_warnings=True,
        now=wall_clock(),
    )
    report = folder / f"report-{category}"
    report.mkdir()
    file = CSVHoldings(path, get_kind(category))
    imported = importer.run(order, file, lambda batch: open_findings(report / batch))
    assert imported.batch.accepted >= 1, imported
    base.engine.dispose()
