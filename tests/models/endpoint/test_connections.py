import asyncio
import json

import httpx2
import pytest

from tests.support.loops import run
from touchline.errors import UserError
from touchline.models.endpoint.connections import (
    DuplicateAnswerError,
    EndpointTransport,
    RedirectedError,
    connection_fault,
    proxy_of,
)
from touchline.models.endpoint.rate_limiting.faults import FaultKind

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def http(body, status=200, headers=()):
    payload = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(payload)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + payload


class Server:
    """Answers the n-th request with what `answer(n, question)` gives: bytes, or (bytes, late)."""

    def __init__(self, answer):
        self.answer, self.connections, self.requests, self.heads = answer, 0, 0, []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head.decode())
                length = next(
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                )
                question = json.loads(await reader.readexactly(length))
                self.requests += 1
                said = self.answer(self.requests, question, head)
                now, late = said if isinstance(said, tuple) else (said, None)
                writer.write(now)
                await writer.drain()
                if late is not None:
                    await asyncio.sleep(0.02)
                    writer.write(late)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def ask_all(answer, count=20, pause_s=0.0):
    """Asks one after the other; gives (question, answer or error) and the server."""

    async def main():
        said = []
        async with (
            Server(answer) as server,
            httpx2.AsyncClient(
                transport=EndpointTransport(server.url), base_url=server.url
            ) as client,
        ):
            for question in range(count):
                try:
                    got = await client.post("/", json={"q": question})
                    said.append((question, got.json()))
                except httpx2.HTTPError as error:
                    said.append((question, error))
                await asyncio.sleep(pause_s)
        return said, server

    return run(main())


def good(number, question, *, id_field="id"):
    return http({id_field: f"c-{number}", "q": question["q"]})


def is_right(question, got):
    return not isinstance(got, Exception) and got["q"] == question


@pytest.mark.parametrize("id_field", ["id", "responseId"])
def test_a_connection_is_kept_for_answers_that_say_which_they_are(id_field):
    said, server = ask_all(lambda n, q, _: good(n, q, id_field=id_field))
    assert all(is_right(*one) for one in said)
    assert server.connections <= 2


@pytest.mark.parametrize("pause_s", [0.0, 0.05])
@pytest.mark.parametrize("is_late", [False, True])
def test_an_answer_that_comes_twice_is_never_the_answer_to_the_next_question(pause_s, is_late):
    def answer(number, question, _):
        once = good(number, question)
        if number % 3:
            return once
        return (once, once) if is_late else once * 2

    said, server = ask_all(answer, 30, pause_s)
    wrong = [got for question, got in said if not is_right(question, got)]
    assert all(isinstance(got, DuplicateAnswerError) for got in wrong)
    assert len(wrong) <= 10
    assert server.requests == 30


def test_the_late_answer_after_a_duplicate_is_not_read_either():
    """The endpoint answers the question after a duplicate only after some time."""

    def answer(number, question, _):
        return good(number, question) * 2 if number == 5 else (b"", good(number, question))

    said, _ = ask_all(answer, 12)
    wrong = [got for question, got in said if not is_right(question, got)]
    assert [type(got) for got in wrong] == [DuplicateAnswerError]


def test_after_an_error_a_connection_is_left():
    def answer(number, question, _):
        return http({"error": "busy"}, 429) * 2 if number % 2 else good(number, question)

    said, server = ask_all(answer)
    assert all(is_right(*one) for one in said if one[0] % 2)
    assert all(got == {"error": "busy"} for question, got in said if question % 2 == 0)
    assert server.connections >= 10


@pytest.mark.parametrize("body", [{}, {"id": None}, {"id": 7}, [1], "text", {"id": "always"}])
def test_answers_that_do_not_say_which_they_are_get_a_connection_each(body):
    said, server = ask_all(lambda *_: http(body))
    assert [got for _, got in said] == [body] * 20
    assert server.connections == 20


def test_ids_that_come_again_with_other_answers_are_no_duplicates():
    def answer(number, question, _):
        return http({"id": f"chatcmpl-{number % 3}", "q": question["q"], "created": number})

    said, server = ask_all(answer)
    assert all(is_right(*one) for one in said)
    assert server.connections <= 2


def test_an_answer_to_another_request_id_is_not_taken():
    def answer(number, question, head):
        (own,) = (
            line.partition(b": ")[2].decode()
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"x-client-request-id")
        )
        said = "someone-else" if number == 4 else own
        body = {"id": f"c-{number}", "q": question["q"]}
        return http(body, headers=[f"X-Client-Request-Id: {said}"])

    said, _ = ask_all(answer)
    wrong = [(question, type(got)) for question, got in said if not is_right(question, got)]
    assert wrong == [(3, DuplicateAnswerError)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_gets_neither_key_nor_question(status):
    async def main():
        async with Server(lambda n, q, _: good(n, q)) as other:
            moved = [f"Location: {other.url}/v1?secret=1"]
            async with (
                Server(lambda *_: http({}, status, moved)) as server,
                httpx2.AsyncClient(
                    transport=EndpointTransport(server.url), follow_redirects=True
                ) as client,
            ):
                with pytest.raises(RedirectedError) as caught:
                    await client.post(server.url, json={"q": 1}, headers={"x-goog-api-key": "sk-1"})
            return caught.value, other

    error, other = run(main())
    assert other.requests == 0
    fault = connection_fault(error)
    assert fault.kind is FaultKind.HOPELESS
    assert f"redirects to {other.url}/v1, which gets no key: correct base_url" in fault.message
    assert "secret" not in fault.message


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9", "ftp://x"])
def test_loopback_is_asked_without_a_proxy(monkeypatch, name, proxy):
    monkeypatch.setenv(name, proxy)
    said, _ = ask_all(lambda n, q, _: good(n, q), 2)
    assert all(is_right(*one) for one in said)


def test_the_environment_names_the_proxy(monkeypatch):
    assert proxy_of("https://api.example.com/v1") is None
    monkeypatch.setenv("ALL_PROXY", "http://all:1")
    assert proxy_of("https://api.example.com/v1") == "http://all:1"
    monkeypatch.setenv("HTTPS_PROXY", "of-https:2")
    assert proxy_of("https://api.example.com/v1") == "http://of-https:2"
    monkeypatch.setenv("NO_PROXY", "example.com")
    assert proxy_of("https://api.example.com/v1") is None
    monkeypatch.setenv("NO_PROXY", "")
    for local in ("http://localhost:1", "http://127.0.0.9:1", "http://[::1]:1"):
        assert proxy_of(local) is None


@pytest.mark.parametrize(
    ("proxy", "sentence"),
    [
        ("socks5://me:hunter2secret@proxy:1080", "socks5://proxy needs the package socksio"),
        ("socks4://proxy:1080", "socks4://proxy is of a kind that cannot be used"),
        ("http://proxy:port", "http://proxy is not a valid address"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_one_sentence(monkeypatch, proxy, sentence):
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(UserError) as caught:
        EndpointTransport("https://api.example.com/v1")
    assert sentence in str(caught.value)
    assert "hunter2secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "may_be_paid"),
    [
        (httpx2.ConnectError("refused"), False),
        (httpx2.ConnectTimeout("slow"), False),
        (httpx2.LocalProtocolError("header"), False),
        (httpx2.ReadTimeout("slow"), True),
        (httpx2.ReadError("reset"), True),
        (httpx2.RemoteProtocolError("cut short"), True),
        (DuplicateAnswerError("twice"), True),
    ],
)
def test_what_was_sent_may_have_been_paid_for(error, may_be_paid):
    assert connection_fault(error).may_be_paid is may_be_paid
