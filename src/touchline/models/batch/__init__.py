"""Batch APIs: requests handed in as files, answered within a day, at half the price."""

from touchline.models.batch.nouns import DISCOUNT, BatchService, BatchStatus
from touchline.models.batch.services import batch_service, has_batches

__all__ = ["DISCOUNT", "BatchService", "BatchStatus", "batch_service", "has_batches"]
