"""A person and what their role lets them do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Role = Literal["reader", "secretariat", "administrator"]
"""Readers ask; the secretariat also keeps the documents and sorts the feedback; administrators do all there is."""
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may what those before it may."""

PERSON_KEY = "atmp.person"
"""Where the scope of a request has its person."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. What they keep is filed under `id`; `name` is "" for a visitor of a page without sign-in.

    `can_sign_out` says whether they signed in here: who comes through a proxy is signed out there.
    """

    id: str
    name: str
    role: Role
    can_sign_out: bool = False

    def may(self, role: Role) -> bool:
        """Return whether they may do what that role may."""
        return ROLES.index(self.role) >= ROLES.index(role)


def person_of(scope: Mapping[str, Any]) -> Person:
    """Return the person of a request's scope; for pages that are open to those who have not signed in: `find_person`.

    Raises:
        KeyError: the request did not come through `PeopleMiddleware`, or nobody has signed in.
    """
    person: Person = scope[PERSON_KEY]
    return person


def find_person(scope: Mapping[str, Any]) -> Person | None:
    """Return the person of a request's scope, None where nobody has signed in."""
    person: Person | None = scope.get(PERSON_KEY)
    return person
