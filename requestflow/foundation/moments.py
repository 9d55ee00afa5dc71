"""Moments and days as people type them."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def parse_moment(value: str, zone: tzinfo) -> datetime:
    """A moment in ISO 8601, in that zone where it names none; a day alone means its end. In UTC.
    ValueError for what is neither, OverflowError for what no calendar holds."""
    if "T" in value:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    following = date.fromisoformat(value) + timedelta(days=1)
    return datetime.combine(following, time(), zone).astimezone(UTC) - timedelta(microseconds=1)
