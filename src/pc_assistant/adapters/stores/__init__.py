"""Stores: `chroma` keeps vectors, `generations` whole indexes, `database` conversations; `memory` holds the fakes for tests."""
