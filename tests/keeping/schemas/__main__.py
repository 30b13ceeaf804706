"""Adds the database of the newest revision."""

from tests.keeping.schemas import add, revisions

*_, before, newest = revisions()
add(newest, before)
