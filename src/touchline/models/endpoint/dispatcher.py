"""Sends many requests to one endpoint at once, as its policy allows, and returns the answers.

One event loop in its own thread runs every request; frames are read and bodies made in a few worker
threads; requests are pulled and answers yielded in the caller's thread.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

from touchline.errors import ComeBackLater, UserError
from touchline.models.answers.reply_costs import with_tries
from touchline.models.api_keys import redact, without_secrets
from touchline.models.card_types.endpoint import EndpointCard
from touchline.models.endpoint.client import EndpointClient
from touchline.models.endpoint.endings import (
    always_alike,
    come_back,
    end_by_fault,
    waiting_sentence,
)
from touchline.models.endpoint.expected_tokens import expected_tokens
from touchline.models.endpoint.lowering import Limits
from touchline.models.endpoint.preparing import Prepared, Preparer
from touchline.models.endpoint.rate_limiting.card_policy import policy_of_card
from touchline.models.endpoint.rate_limiting.faults import Fault, FaultError, FaultKind
from touchline.models.endpoint.rate_limiting.policy import FOREVER, Pause, Policy
from touchline.models.endpoint.repeated_errors import RepeatedErrors
from touchline.models.frame_subsampling import lowered_frames, shown_frames
from touchline.models.types import Failure, FailureReason, Reply, Request
from touchline.models.unexpected_errors import MOST_UNEXPECTED, unexpected_failure
from touchline.video import MissingFrameError

_LOG = logging.getLogger(__name__)
_WORKERS = 4
_REPORT_S = 60.0
"""How often a run that waits reports it."""

_SHORT_PAUSE_S = 5.0
"""A shorter pause is not reported."""

_NOTICE_S = 1.0
"""How soon a window that is not sent yet notices that the run has to end."""


class _StoppedError(Exception):
    """The run has to end, so nothing more is sent."""


class Dispatcher:
    """Asks one endpoint under one policy.

    Args:
        client: of the endpoint.
        policy: decides what may be sent when.
        in_flight: the most requests at once.
        timeout_s: time limit of one attempt.
    """

    def __init__(
        self, client: EndpointClient, policy: Policy, in_flight: int, timeout_s: float
    ) -> None:
        self._client = client
        self._policy = policy
        self._seen_tokens = 0
        self._ahead = in_flight + max(1, in_flight // 4)
        self._timeout_s = timeout_s
        self._resting = 0
        self._unexpected_in_a_row = 0
        self._limits = Limits()
        self._repeated = RepeatedErrors()
        self._preparer = Preparer(client)
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="frames")
        self._done: queue.SimpleQueue[Reply | Failure | None] = queue.SimpleQueue()
        self._stop: Exception | None = None
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._permit_lock = asyncio.Lock()
        self._changed = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """Answers as they come; see `Engine.replies`.

        Requests are pulled a little ahead of what is in flight, so that the next is ready when an
        answer comes. When the run has to end, what is in flight is awaited and yielded first.
        """
        waiting = iter(requests)
        pulled_all, out = False, 0
        try:
            while True:
                room = self._ahead + min(self._resting, self._ahead)
                while not pulled_all and self._stop is None and out < room:
                    request = next(waiting, None)
                    pulled_all = request is None
                    if request is not None:
                        out += 1
                        self._loop.call_soon_threadsafe(self._begin, request)
                if not out:
                    break
                answers = self._take_done()
                out -= len(answers)
                yield from (one for one in answers if one is not None)
        finally:
            if out:
                self._run(self._cancel)
                self._done = queue.SimpleQueue()
        if self._stop is not None:
            raise self._stop

    def close(self) -> None:
        """Cancels what is in flight and closes the connections."""
        if self._loop.is_closed():
            return
        try:
            self._run(self._cancel)
            self._run(self._client.close)
        finally:
            self._policy.close()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._workers.shutdown(wait=False, cancel_futures=True)

    def _run(self, what: Callable[[], Any]) -> None:
        asyncio.run_coroutine_threadsafe(what(), self._loop).result()

    def _take_done(self) -> list[Reply | Failure | None]:
        """All answers that are ready, at least one; None for a request that was not sent."""
        taken = [self._done.get()]
        with suppress(queue.Empty):
            while True:
                taken.append(self._done.get_nowait())
        return taken

    def _begin(self, request: Request) -> None:
        task = self._loop.create_task(self._process(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _cancel(self) -> None:
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _process(self, request: Request) -> None:
        """Processes one request and puts its answer where the caller's thread takes it."""
        try:
            self._done.put(await self._answer(request))
        except _StoppedError:
            self._done.put(None)
        except (UserError, ComeBackLater, OSError) as error:
            self._end(error)
            self._done.put(None)
        except Exception as error:
            self._done.put(self._unexpected(request, error))

    def _unexpected(self, request: Request, error: Exception) -> Failure | None:
        """The failure of one window; None where it ends the run, as no window gets an answer."""
        self._unexpected_in_a_row += 1
        if self._unexpected_in_a_row > MOST_UNEXPECTED:
            self._end(error)
            return None
        _LOG.debug("a window of %s", self._client.name, exc_info=error)
        return unexpected_failure(request.key, error)

    async def _answer(self, request: Request) -> Reply | Failure:
        paid: list[Failure] = []
        try:
            return await self._tried(request, paid)
        except _StoppedError:
            _count_paid(request, paid)  # no answer will say it
            raise

    async def _tried(self, request: Request, paid: list[Failure]) -> Reply | Failure:
        limits = self._limits
        spent_s, tries = 0.0, 0
        while True:
            asked = limits.within(request)
            try:
                prepared = await self._in_worker(self._preparer.prepare, asked, limits.frame)
            except MissingFrameError as error:
                return Failure(request.key, FailureReason.FRAMES, str(error))
            outcome, took_s = await self._try(asked, prepared.body)
            spent_s += took_s
            tries += 1
            if isinstance(outcome, Reply):
                self._unexpected_in_a_row = 0
                self._repeated.answered()
                _count_paid(request, paid)
                fewer = lowered_frames(request.messages, asked.messages) + prepared.lowered
                return with_tries(replace(outcome, lowered=fewer + outcome.lowered), paid)
            if outcome.paid is not None:
                paid.append(outcome.paid)
            if outcome.cost_is_unknown and request.tries is not None:
                request.tries.lost()
            if outcome.kind in (FaultKind.SMALLER, FaultKind.SMALLER_IMAGES):
                lower = await self._lower(limits, outcome, asked, prepared)
                if lower is not None:
                    limits = lower
                    continue
            delay_s = self._policy.delay(outcome, tries, spent_s)
            if delay_s is None:
                return with_tries(self._given_up(request, outcome, spent_s), paid)
            if request.tries is not None and not request.tries.may_go_on():
                message = f"{outcome.message}; the budget allows no further try"
                return with_tries(Failure(request.key, outcome.reason, message, spent_s), paid)
            spent_s += delay_s
            await self._rest(request, delay_s)

    async def _lower(
        self, limits: Limits, fault: Fault, asked: Request, prepared: Prepared
    ) -> Limits | None:
        """Tighter limits for a window that was too large, which later windows keep to as well."""
        sizes = None
        if prepared.has_frames and fault.kind is FaultKind.SMALLER_IMAGES:
            sizes = await self._in_worker(self._preparer.sizes, asked, limits.frame)
        lower = limits.after(fault, len(shown_frames(asked.messages)), sizes)
        if lower is not None and (lower := self._limits.with_all_of(lower)) != self._limits:
            self._limits = lower
            _LOG.warning("%s", lower.sentence(self._client.name, fault.message))
        return lower

    async def _in_worker(self, what: Callable[..., Any], *arguments: Any) -> Any:
        return await self._loop.run_in_executor(self._workers, what, *arguments)

    async def _try(self, request: Request, prepared: Any) -> tuple[Reply | Fault, float]:
        """One attempt, as soon as it is permitted, and the seconds that it took."""
        expected = self._seen_tokens or expected_tokens(request)
        await self._permit(request, None)
        try:
            await self._ready(request)
        except FaultError as error:
            self._policy.not_ready(error.fault)
            self._changed.set()
            return self._checked(_redacted(error.fault)), 0.0
        await self._permit(request, expected)
        started, started_s = time.monotonic(), self._policy.now()
        try:
            async with asyncio.timeout(self._timeout_s):
                reply = await self._client.ask(request, prepared)
        except FaultError as error:
            return self._ended(started_s, _redacted(error.fault)), time.monotonic() - started
        except TimeoutError:
            message = f"no answer within {self._timeout_s:g} s"
            fault = Fault(
                FaultKind.AGAIN,
                message,
                FailureReason.UNREACHABLE,
                is_down=True,
                may_be_paid=True,
            )
            return self._ended(started_s, fault), time.monotonic() - started
        except BaseException:
            self._policy.cancelled()
            raise
        took = (reply.prompt_tokens or 0) + (reply.completion_tokens or 0)
        self._seen_tokens = max(self._seen_tokens, took)
        self._policy.ended(started_s, None, took - expected)
        self._changed.set()
        seconds = time.monotonic() - started
        return without_secrets(replace(reply, seconds=seconds)), seconds

    def _ended(self, started_s: float, fault: Fault) -> Fault:
        self._policy.ended(started_s, fault)
        self._changed.set()
        return self._checked(fault)

    def _checked(self, fault: Fault) -> Fault:
        """The same fault; it ends the run where it ends the model, or is one too many."""
        if error := end_by_fault(self._client.name, fault, self._policy):
            self._end(error)
        return fault

    def _given_up(self, request: Request, fault: Fault, seconds: float) -> Failure:
        if fault.kind is FaultKind.LATER:
            pause = Pause(self._policy.now() + _REPORT_S, fault.message)
            self._end(come_back(self._client.name, pause, self._policy))
            raise _StoppedError
        if fault.reason is FailureReason.UNREACHABLE and not self._policy.is_reached:
            message = f"no answer from {self._client.name} ({fault.message})"
            self._end(UserError(f"{message}; is the server running and its address correct?"))
            raise _StoppedError
        if self._repeated.failed(request.key, fault):
            self._end(always_alike(self._client.name, fault))
        return Failure(request.key, fault.reason, fault.message, seconds)

    def _must_end(self, request: Request) -> bool:
        """Whether a request that is not sent yet has to be left."""
        return self._stop is not None or request.is_stopped()

    async def _ready(self, request: Request) -> None:
        """Waits until the endpoint has what it needs, such as an upload, or the run has to end."""
        ready = asyncio.ensure_future(self._client.ready(request))
        try:
            while not (await asyncio.wait({ready}, timeout=_NOTICE_S))[0]:
                if self._must_end(request):
                    raise _StoppedError
        finally:
            ready.cancel()
        await ready

    async def _permit(self, request: Request, tokens: int | None) -> None:
        """Waits, first come first served, until one request may be sent.

        Args:
            request: that is to be sent.
            tokens: how many it will probably use; None waits without counting a request.
        """
        async with self._permit_lock:
            spoken_s = float("-inf")
            while True:
                if self._must_end(request):
                    raise _StoppedError
                pause = self._policy.pause() if tokens is None else self._policy.start(tokens)
                if pause is None:
                    return
                left_s = pause.until_s - self._policy.now()
                if left_s != FOREVER and left_s > self._policy.settings.longest_wait_s:
                    self._end(come_back(self._client.name, pause, self._policy))
                    continue
                if _SHORT_PAUSE_S < left_s < FOREVER and time.monotonic() - spoken_s >= _REPORT_S:
                    spoken_s = time.monotonic()
                    said = waiting_sentence(self._client.name, pause, left_s, self._policy)
                    _LOG.warning("%s", said)
                await self._change(min(left_s, _NOTICE_S))

    async def _rest(self, request: Request, delay_s: float) -> None:
        """Waits out a back-off, or until the run has to end."""
        self._resting += 1
        try:
            until_s = time.monotonic() + delay_s
            while not self._must_end(request) and (left_s := until_s - time.monotonic()) > 0:
                await asyncio.sleep(min(left_s, _NOTICE_S))
        finally:
            self._resting -= 1

    async def _change(self, timeout_s: float) -> None:
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(timeout_s, 0)):
                await self._changed.wait()

    def _end(self, error: Exception) -> None:
        self._stop = self._stop or error
        self._changed.set()


def make_dispatcher(
    client: EndpointClient,
    card: EndpointCard,
    address: str,
    key_name: str,
    *,
    is_shared: bool = True,
) -> Dispatcher:
    """A dispatcher under the policy of a card; see `policy_of_card`."""
    policy = policy_of_card(card, address, key_name, is_shared=is_shared)
    return Dispatcher(client, policy, card.in_flight, card.timeout_s)


def _count_paid(request: Request, paid: Sequence[Failure]) -> None:
    """Counts tries before an answer that were paid for by tokens: a reply has only its own."""
    if request.tries is None:
        return
    for one in paid:
        if one.cost_usd is None:
            request.tries.paid(one)


def _redacted(fault: Fault) -> Fault:
    """A fault whose message, which may be the endpoint's, contains no secret."""
    return replace(fault, message=redact(fault.message))
