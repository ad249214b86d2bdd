"""Batch APIs: requests handed in as files, answered within a day, at half the price."""

from touchline.models.batch.nouns import DISCOUNT, BatchService, BatchStatus
from touchline.models.batch.services import batch_service

__all__ = ["DISCOUNT", "BatchService", "BatchStatus", "batch_service"]
