"""What can be wrong with the law as data."""


class LawError(Exception):
    """A law pack, a report form or a working-day calendar cannot be used as it stands."""


class PackInvalid(LawError):
    """A file of the law does not say what it must; names file, key and what is wrong."""


class UnknownLaw(LawError):
    """No pack of that code, or no law in force on that day."""


class UnknownForm(LawError):
    """No report form for that year."""


class CalendarOutOfRange(LawError):
    """A day before the first year the working-day calendar holds."""
