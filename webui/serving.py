"""Endpoints that every site has: its static files, and the page that says there is none."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from records.refusal import Refusal
from webui.assets import Assets
from webui.reasons import PAGE_NOT_FOUND
from webui.site import Endpoint, Handler
from webui.visit import Visit

ErrorPage = Callable[[Request, Exception], Awaitable[Response]]


def missing_page(page: Callable[[Handler], Endpoint]) -> ErrorPage:
    """The answer where no route fits (404, 405), as a page of the site that `page` belongs to."""

    def refuse(_: Visit) -> Response:
        raise Refusal(PAGE_NOT_FOUND)

    endpoint = page(refuse)

    async def answer(request: Request, _: Exception) -> Response:
        return await endpoint(request)

    return answer


def static_files(assets: Assets, missing: ErrorPage) -> Endpoint:
    """The file at the path asked for, or the page that says there is none."""

    async def endpoint(request: Request) -> Response:
        try:
            return await assets.serve(request)
        except Refusal as refusal:
            return await missing(request, refusal)

    return endpoint
