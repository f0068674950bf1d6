"""Who does something: the name that a person gave in the browser."""

import getpass
from typing import Any

LONGEST = 80


def who(name: Any) -> str:
    """The name that the person gave, else the account under which the server runs."""
    clean = "".join(c for c in str(name or "") if c.isprintable()).strip()[:LONGEST]
    return clean or getpass.getuser()
