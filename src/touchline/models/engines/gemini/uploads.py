"""Videos that are uploaded to Gemini: each in a state of its own, and none of them stays there."""

import asyncio
import logging
import mimetypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import httpx2
from google import genai
from google.genai import errors, types

from touchline.models.endpoint.rate_limiting.faults import Fault, FaultError, FaultKind
from touchline.models.engines.gemini.upload_ledger import UploadLedger, new_name
from touchline.models.types import FailureReason

_LOG = logging.getLogger(__name__)
_MOST_FILES = 4
"""Most videos kept there at once: halves are asked in order, and the space is limited."""

_MOST_UPLOADS = 2
"""How often a video is uploaded without a window of it being answered."""

_MOST_FAILURES = 5
"""How often an upload may fail for other reasons than a lost connection."""

_MARGIN_S = 600.0
"""A file that expires within this is uploaded again."""

_KEPT = timedelta(hours=48)
"""How long Gemini keeps a file that does not say (https://ai.google.dev/gemini-api/docs/files)."""

_CLOSE_S = 10.0
"""How long the end of a run may take to delete what was uploaded; the next run deletes the rest."""

_FIRST_POLL_S = 0.2
_LONGEST_POLL_S = 10.0
_NOT_THERE = {403, 404}
_ABOUT_THE_VIDEO = {FaultKind.NEVER, FaultKind.SMALLER, FaultKind.SMALLER_IMAGES, FaultKind.VIDEO}
UPLOAD_ERRORS = (errors.APIError, httpx2.HTTPError, OSError, KeyError, ValueError)
"""What an upload raises; the SDK has no error of its own for a response that it does not expect."""


class UploadState(StrEnum):
    """What has become of a video."""

    NONE = "not there"
    MADE = "being uploaded, or processed"
    READY = "ready"
    REFUSED = "refused"


@dataclass(slots=True)
class _Video:
    """One video: what is there of it now, and how it went so far.

    Attributes:
        path: of the file here.
        state: what has become of it.
        name: of the file at Gemini, from before it is sent until it is deleted.
        task: its upload.
        until_s: when the file is about to expire, by `time.monotonic`.
        refusal: why it cannot be used.
        is_whole: whether Gemini has answered to the upload, so that nothing of it is on its way.
        uploads: how many arrived since a window was last answered.
        failures: how many failed since then, other than by a lost connection.
    """

    path: Path
    state: UploadState = UploadState.NONE
    name: str = ""
    task: asyncio.Task[types.File] | None = None
    until_s: float = 0.0
    refusal: Fault | None = None
    is_whole: bool = False
    uploads: int = 0
    failures: int = 0


class UploadedVideos:
    """The videos of one client, by path. Used from one event loop.

    Args:
        client: of the API.
        patience_s: how long a file may take from its upload until it is ready.
        classify: what an error of an upload means.
        ledger: notes every upload, so that what a killed process left is deleted.
    """

    def __init__(
        self,
        client: genai.Client,
        patience_s: float,
        classify: Callable[[Exception], Fault],
        ledger: UploadLedger,
    ) -> None:
        self._files = client.aio.files
        self._patience_s = patience_s
        self._classify = classify
        self._ledger = ledger
        self._videos: dict[Path, _Video] = {}
        self._is_tidy = False

    async def get(self, path: Path) -> types.File:
        """The uploaded video; it is uploaded now if it is not there.

        Raises:
            FaultError: Gemini cannot use it, or it cannot be uploaded. One that ends the video is
                raised for every window of it from then on, and nothing is uploaded again.
        """
        if not self._is_tidy:
            self._is_tidy = True
            await self._delete_leftovers()
        video = self._videos.pop(path, None) or _Video(path)
        self._videos[path] = video  # the last to be asked for is the last to be deleted
        if video.state is UploadState.READY and time.monotonic() > video.until_s:
            await self._delete(video)
            video.uploads = 0
        if video.refusal is not None:
            raise FaultError(video.refusal)
        if video.task is None:
            video.task = self._begin(video)
            await self._make_room()
        # A cancelled window does not cancel the upload that others wait for.
        return await asyncio.shield(video.task)

    def answered(self, path: Path) -> None:
        """A window of the video was answered, so it can be used."""
        if video := self._videos.get(path):
            video.uploads = video.failures = 0

    async def gone(self, path: Path, name: str) -> None:
        """Gemini says that a file is not there: the next window uploads the video again, once.

        Args:
            path: of the video.
            name: of the file that is missing; nothing happens where another has replaced it.
        """
        video = self._videos.get(path)
        if video is None or video.name != name or video.state is not UploadState.READY:
            return
        # Decided before anything is awaited: another window must not upload it meanwhile.
        if video.uploads >= _MOST_UPLOADS:
            self._refuse(
                video, f"it was uploaded {video.uploads} times and was never there when asked about"
            )
        await self._delete(video)

    async def refuse(self, path: Path, fault: Fault) -> None:
        """Gemini cannot use a video: no other window of it is asked, and it is deleted."""
        if video := self._videos.get(path):
            video.state, video.refusal = UploadState.REFUSED, fault
            await self._delete(video)

    async def close(self) -> None:
        """Deletes every video that was uploaded, or may have been."""
        try:
            async with asyncio.timeout(_CLOSE_S):
                for video in self._videos.values():
                    await self._delete(video)
        except TimeoutError:
            _LOG.warning("Gemini does not answer: the next run deletes the videos that are there")
        finally:
            self._ledger.close()

    def _begin(self, video: _Video) -> asyncio.Task[types.File]:
        video.name, video.state = new_name(), UploadState.MADE
        self._ledger.add(video.name)
        return asyncio.ensure_future(self._upload(video))

    async def _upload(self, video: _Video) -> types.File:
        """Uploads a video and waits until it is ready; what fails is deleted at once."""
        try:
            file = await self._processed(video, await self._sent(video))
        except FaultError as error:
            await self._failed(video, error.fault)
            raise FaultError(video.refusal or error.fault) from None
        video.state, video.until_s = UploadState.READY, _usable_until_s(file)
        return file

    async def _failed(self, video: _Video, fault: Fault) -> None:
        """Ends an upload; what it means is decided before another window can upload it again."""
        if fault.kind in _ABOUT_THE_VIDEO:
            self._refuse(video, fault.message)
        elif fault.kind is FaultKind.AGAIN and fault.reason is not FailureReason.UNREACHABLE:
            video.failures += 1
            if video.failures >= _MOST_FAILURES:
                self._refuse(
                    video, f"{video.failures} uploads failed, the last with {fault.message}"
                )
        # All windows that wait for this upload learn of it before one can begin another.
        await self._remove(video.name, video.path, video.is_whole)
        video.name, video.task, video.is_whole = "", None, False
        if video.state is not UploadState.REFUSED:
            video.state = UploadState.NONE

    async def _sent(self, video: _Video) -> types.File:
        kind = mimetypes.guess_type(video.path.name)[0] or "video/x-matroska"
        config = types.UploadFileConfig(
            name=video.name, mime_type=kind, display_name=video.path.name
        )
        try:
            file = await self._files.upload(file=video.path, config=config)
        except UPLOAD_ERRORS as error:
            fault = self._classify(error)
            video.is_whole = fault.reason is not FailureReason.UNREACHABLE
            raise FaultError(fault) from None
        video.is_whole = True
        video.uploads += 1
        return file

    async def _processed(self, video: _Video, file: types.File) -> types.File:
        """The file once it is ready; a question about its state that fails is asked again."""
        until_s, wait_s = time.monotonic() + self._patience_s, _FIRST_POLL_S
        fault: Fault | None = None
        while file.state is not types.FileState.ACTIVE:
            if file.state is types.FileState.FAILED:
                reason = (file.error.message if file.error else None) or "it does not say why"
                raise FaultError(_unusable(f"Gemini cannot read {video.path}: {reason}"))
            if time.monotonic() > until_s:
                waited = f"{video.path} is not ready {self._patience_s:g} s after its upload"
                raise FaultError(fault or _unusable(waited))
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, _LONGEST_POLL_S)
            try:
                file, fault = await self._files.get(name=video.name), None
            except UPLOAD_ERRORS as error:
                fault = self._classify(error)
                if fault.kind not in (FaultKind.AGAIN, FaultKind.BUSY):
                    raise FaultError(fault) from None
        return file

    async def _make_room(self) -> None:
        there = [video for video in self._videos.values() if video.name]
        for video in there[:-_MOST_FILES]:
            if video.state is UploadState.READY:
                await self._delete(video)

    async def _delete(self, video: _Video) -> None:
        """Deletes what is there of a video, and stops what is on its way."""
        name, task, is_whole = video.name, video.task, video.is_whole
        video.name, video.task, video.is_whole = "", None, False
        if video.state is not UploadState.REFUSED:
            video.state = UploadState.NONE
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if name:
            await self._remove(name, video.path, is_whole)

    async def _remove(self, name: str, path: Path, is_whole: bool) -> None:
        """Deletes a file; what may still arrive is left to the next start to look for once more."""
        was_there = await self._is_deleted(name, path.name)
        if was_there or (was_there is False and is_whole):
            self._ledger.remove(name)

    async def _is_deleted(self, name: str, shown: str) -> bool | None:
        """Deletes a file: True if it was there, False if it was not, None if that failed."""
        try:
            await self._files.delete(name=name)
        except errors.APIError as error:
            if error.code in _NOT_THERE:
                return False
            _LOG.warning("%s was not deleted from Gemini: %s", shown, self._classify(error).message)
            return None
        except (httpx2.HTTPError, OSError) as error:
            _LOG.warning("%s was not deleted from Gemini: %s", shown, self._classify(error).message)
            return None
        return True

    async def _delete_leftovers(self) -> None:
        """Deletes what processes left at Gemini that were killed."""
        for path, names in self._ledger.leftovers().items():
            results = [await self._is_deleted(name, name) for name in names]
            if None not in results:
                self._ledger.forget(path)

    def _refuse(self, video: _Video, why: str) -> None:
        video.state = UploadState.REFUSED
        video.refusal = _unusable(why if str(video.path) in why else f"{video.path}: {why}")


def _unusable(message: str) -> Fault:
    return Fault(FaultKind.VIDEO, message, FailureReason.REFUSED)


def _usable_until_s(file: types.File) -> float:
    """When a file is about to expire, by this process's clock, which may differ from Gemini's."""
    now = file.create_time or datetime.now(UTC)
    kept = (file.expiration_time - now) if file.expiration_time else _KEPT
    return time.monotonic() + kept.total_seconds() - _MARGIN_S
