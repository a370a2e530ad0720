"""Public holidays per country, as local dates."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from surveys.errors import InputError


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country (ISO 3166, two capitals) in one year.

    Source: package `holidays`, category public. Raises InputError for a country that it does not know.
    """
    import holidays  # noqa: PLC0415 - takes half a second, and most commands need no holidays

    mend = f"Holidays: country {country!r} is not known: use a code of two capitals such as 'NL', or leave it out."
    if len(country) != 2:
        raise InputError(mend)
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError as error:
        raise InputError(mend) from error
