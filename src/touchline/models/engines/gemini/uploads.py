"""Videos that are uploaded to Gemini: once each, ready before they are used, deleted at the end."""

import asyncio
import logging
import mimetypes
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
from google import genai
from google.genai import errors, types

from touchline.models.endpoint.rate_limiting.faults import Fault, FaultError, FaultKind
from touchline.models.types import FailureReason

_LOG = logging.getLogger(__name__)
_MOST_FILES = 4
"""Most videos kept there at once: halves are asked in order, and the space is limited."""

_MARGIN = timedelta(minutes=10)
"""A file that expires within this is uploaded again."""

_FIRST_POLL_S = 0.2
_LONGEST_POLL_S = 10.0


class UploadedVideos:
    """The videos of one client, by path. Used from one event loop.

    Args:
        client: of the API.
        patience_s: how long a file may take from its upload until it is ready.
    """

    def __init__(self, client: genai.Client, patience_s: float) -> None:
        self._files = client.aio.files
        self._patience_s = patience_s
        self._uploads: dict[Path, asyncio.Task[types.File]] = {}

    async def get(self, path: Path) -> types.File:
        """The uploaded video; it is uploaded now if it is not there.

        Raises:
            FaultError: Gemini cannot read it, or does not process it in time.
            errors.APIError: it cannot be uploaded.
        """
        upload = self._uploads.get(path)
        if upload is None or _is_over(upload):
            upload = asyncio.ensure_future(self._upload(path))
            self._uploads[path] = upload
            await self._make_room()
        # A cancelled window does not cancel the upload that others wait for.
        return await asyncio.shield(upload)

    def forget(self, path: Path) -> None:
        """The video is no longer there: it is uploaded again for the next window."""
        self._uploads.pop(path, None)

    async def close(self) -> None:
        """Deletes every video that was uploaded."""
        for path in list(self._uploads):
            await self._delete(path)

    async def _upload(self, path: Path) -> types.File:
        kind = mimetypes.guess_type(path.name)[0] or "video/x-matroska"
        config = types.UploadFileConfig(mime_type=kind, display_name=path.name)
        file = await self._files.upload(file=path, config=config)
        until, wait_s = time.monotonic() + self._patience_s, _FIRST_POLL_S
        while file.state is not types.FileState.ACTIVE:
            if file.state is types.FileState.FAILED:
                reason = file.error.message if file.error else "it does not say why"
                message = f"Gemini cannot read {path}: {reason}"
                raise FaultError(Fault(FaultKind.HOPELESS, message, FailureReason.REFUSED))
            if time.monotonic() > until:
                message = f"{path} is uploaded but not ready after {self._patience_s:g} s"
                raise FaultError(Fault(FaultKind.AGAIN, message, FailureReason.ENGINE))
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, _LONGEST_POLL_S)
            file = await self._files.get(name=_name(file))
        return file

    async def _make_room(self) -> None:
        while len(self._uploads) > _MOST_FILES:
            await self._delete(next(iter(self._uploads)))

    async def _delete(self, path: Path) -> None:
        upload = self._uploads.pop(path)
        upload.cancel()
        try:
            await self._files.delete(name=_name(await upload))
        except (asyncio.CancelledError, FaultError):  # it was never uploaded completely
            return
        except (errors.APIError, httpx2.HTTPError) as error:  # it expires after 48 hours
            _LOG.warning("%s was not deleted from Gemini: %s", path.name, error)


def _is_over(upload: asyncio.Task[types.File]) -> bool:
    """Whether an upload failed, or its file is about to expire."""
    if not upload.done():
        return False
    if upload.cancelled() or upload.exception():
        return True
    expires = upload.result().expiration_time
    return expires is not None and expires < datetime.now(UTC) + _MARGIN


def _name(file: types.File) -> str:
    """The file's name at Gemini; every uploaded file has one."""
    assert file.name
    return file.name
