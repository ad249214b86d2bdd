"""The limits of an endpoint: the section `quota` of a card."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from touchline.models.endpoint.rate_limiting.hours import parse_hours
from touchline.validation import Settings


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("it is not a time zone such as UTC or America/Los_Angeles") from error
    return name


def _hours(text: str) -> str:
    parse_hours(text)
    return text


Count = Annotated[int, Field(ge=1)]


class QuotaSettings(Settings):
    """What an endpoint allows, and how patient to be with it.

    Attributes:
        requests_per_second: the most in any second; None is no limit.
        requests_per_minute: in any minute.
        requests_per_day: in a calendar day of `timezone`. A request counts when it is sent,
            whatever its result, because free tiers count failures.
        tokens_per_minute: tokens in and out, in any minute.
        timezone: where the day begins at midnight; also of `hours`.
        hours: the only hours of a day to ask in, such as "02:00-06:00"; any by default.
        counted_by: whether all models of one endpoint and key share these counts, or each model
            has its own.
        longest_wait_s: a longer wait ends the run with exit code 75 and the time to come back;
            a shorter one is waited for.
        deadline_s: how long the attempts for one window, and the pauses between them, may take
            in all; waits for a quota do not count.
        patience_s: how long an endpoint that has answered may be down before the run ends with
            exit code 75.
    """

    requests_per_second: Count | None = None
    requests_per_minute: Count | None = None
    requests_per_day: Count | None = None
    tokens_per_minute: Count | None = None
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    hours: Annotated[str, AfterValidator(_hours)] | None = None
    counted_by: Literal["endpoint", "model"] = "endpoint"
    longest_wait_s: Annotated[float, Field(ge=0)] = 3600.0
    deadline_s: Annotated[float, Field(gt=0)] = 900.0
    patience_s: Annotated[float, Field(gt=0)] = 600.0
