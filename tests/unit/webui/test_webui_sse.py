"""Event streams: notices merge, silence is filled, an end is an end."""

import asyncio

import webui.sse
from webui.sse import Notice, Subscription, lines


async def _read(subscription: Subscription, count: int) -> list[str]:
    stream = lines(subscription)
    return [await anext(stream) for _ in range(count)]


def test_the_first_line_greets_and_sets_the_retry() -> None:
    assert asyncio.run(_read(Subscription(), 1)) == ["retry: 1000\nevent: hello\ndata: 1\n\n"]


def test_many_notices_of_one_topic_become_the_newest() -> None:
    async def run() -> list[str]:
        subscription = Subscription()
        for number in range(5):
            subscription.put(Notice(id=str(number), topic="holder"))
        subscription.put(Notice(id="9", topic="window"))
        return await _read(subscription, 3)

    sent = asyncio.run(run())
    assert sent[1:] == [
        "id: 4\nevent: change\ndata: holder\n\n",
        "id: 9\nevent: change\ndata: window\n\n",
    ]


def test_silence_is_filled(monkeypatch) -> None:
    monkeypatch.setattr(webui.sse, "HEARTBEAT_SECONDS", 0.01)
    assert asyncio.run(_read(Subscription(), 2))[1] == ": still here\n\n"


def test_an_ended_stream_ends() -> None:
    async def run() -> list[str]:
        subscription = Subscription()
        subscription.put(Notice(id="1", topic="holder"))
        subscription.end()
        return [line async for line in lines(subscription)]

    assert len(asyncio.run(run())) == 1 or asyncio.run(run())[-1].startswith("id: 1")
