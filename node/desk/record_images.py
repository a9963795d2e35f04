"""/fulfil/{id}/scan/{sha256}: a page image with the looker's watermark."""

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.settings import CHINA
from node.desk.watermark import Watermark
from node.domain.officers import Actor
from webui.visit import Visit


class RecordImages:
    """Handler of the record images."""

    def __init__(self, desk: Desk, watermark: Watermark) -> None:
        """Serve one desk."""
        self._desk = desk
        self._watermark = watermark

    def scan(self, visit: Visit, actor: Actor) -> Response:
        """The image as the officer may see it: their name, archive and time across it."""
        data, _ = self._desk.office.work.page_image(
            visit.params["id"], actor.archive_code, visit.params["sha256"], actor
        )
        archive = self._desk.archive_names.get(actor.archive_code, actor.archive_code)
        text = f"{archive} {actor.display_name} {visit.now.astimezone(CHINA):%Y-%m-%d %H:%M}"
        return Response(self._watermark.draw(data, text), media_type="image/jpeg")
