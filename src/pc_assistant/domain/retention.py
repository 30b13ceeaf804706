"""What is kept, why, whose it is, and for how long: the one list of all of it. docs/privacy.md shows it, and tests hold both to it."""

from datetime import datetime
from typing import Literal

from pc_assistant.domain.values import Value

Limit = Literal["answers", "aside", "a day, or as long as a session can last", "until it is deleted"]


class Kept(Value):
    """One sort of what is kept: where (tables of the database, or files of the data directory), and how long.

    `limit` names the days of the settings that count (`Days`), or says how long in words.
    """

    tables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    what: str
    why: str
    whose: str
    limit: Limit


class Days(Value):
    """How many days what is kept is kept, counted from when it was last added to."""

    answers: int
    aside: int


class Removed(Value):
    """What a run of the retention job has deleted, or what a person's erasure has."""

    conversations: int = 0
    answers: int = 0
    feedback: int = 0
    events: int = 0
    keys: int = 0
    asides: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.model_dump().values())

    def told(self) -> str:
        """What there is, in words, such as "2 conversations, 1 answers"; "nothing" where there is none."""
        return ", ".join(f"{number} {name}" for name, number in self.model_dump().items() if number) or "nothing"


class Exported(Value):
    """What is kept of one person: the conversations that they began or asked in, their answers and their feedback, as JSON.

    `person` is the pseudonym under which it is kept.
    """

    person: str
    exported: datetime
    conversations: tuple[dict[str, object], ...] = ()
    answers: tuple[dict[str, object], ...] = ()
    feedback: tuple[dict[str, object], ...] = ()


KEPT = (
    Kept(
        tables=("conversations", "turns", "answers"),
        files=("conversations.sqlite3*",),
        what="Questions without personal details, their answers, how each answer came about (its receipt), when, and a pseudonym of who asked",
        why="So that a follow-up is understood, an answer can be read again, and it can be shown how it came about",
        whose="Of who asked; of nobody where nobody has to say who they are",
        limit="answers",
    ),
    Kept(
        tables=("feedback",),
        what="Thumbs, reasons and comments on an answer, comments without personal details, and a pseudonym of who gave them",
        why="To make answers better",
        whose="Of who gave it",
        limit="answers",
    ),
    Kept(
        tables=("sent_messages",),
        what="Pseudonyms of messages in Microsoft Teams, each with the id of its answer",
        why="Teams says only on which message a thumb was pressed",
        whose="Of who asked; goes with the answer",
        limit="answers",
    ),
    Kept(
        tables=("seen_events",),
        what="Pseudonyms of what Slack and Teams have delivered, of sign-ins that were answered and of sessions that were ended",
        why="Slack and Teams deliver some messages twice, which must not be answered twice; a sign-in counts once; an ended session opens nothing",
        whose="Of nobody: no pseudonym of a person is among them",
        limit="a day, or as long as a session can last",
    ),
    Kept(
        tables=("keys",),
        what="Names, roles and hashes of the keys of programs, and when each was last used",
        why="To let them in; for some time after a key has ended, to know whose it was",
        whose="Of who runs the program",
        limit="answers",
    ),
    Kept(
        tables=("alembic_version",),
        what="The version of the tables",
        why="To bring older ones up to date",
        whose="Of nobody",
        limit="until it is deleted",
    ),
    Kept(
        files=("secret", "session-secret"),
        what="The secrets with which pseudonyms are made, and with which the cookies of those who have signed in are signed",
        why="Without the one a pseudonym leads back to no one; without the other nobody can pretend to have signed in",
        whose="Of nobody",
        limit="until it is deleted",
    ),
    Kept(
        files=("index", "models"),
        what="The documents as they are cited, with their vectors; which of them are withheld; the embedding model",
        why="To find and cite",
        whose="Of their publishers",
        limit="until it is deleted",
    ),
    Kept(
        files=("uploads",),
        what="Documents that operators have uploaded, with what they said of them",
        why="To read them again where the index is made anew",
        whose="Of who wrote them; of nobody by a pseudonym",
        limit="until it is deleted",
    ),
    Kept(
        files=("language-model.sqlite3",),
        what="Tokens that a language model has read and written, a sum for each day",
        why="The limits of a day",
        whose="Of nobody",
        limit="until it is deleted",
    ),
    Kept(
        files=("LOCK", "retention.lock"),
        what="Empty files that processes lock",
        why="So that they do not meet",
        whose="Of nobody",
        limit="until it is deleted",
    ),
    Kept(
        files=("before-restore-*",),
        what="What was in the data directory before a backup was restored: all of the above",
        why="To go back",
        whose="As above",
        limit="aside",
    ),
)


def lasting(kept: Kept, days: Days) -> str:
    """How long, in words."""
    number = {"answers": days.answers, "aside": days.aside}.get(kept.limit)
    return kept.limit if number is None else f"{number} days"


def as_table(days: Days) -> str:
    """All that is kept as a table in Markdown."""
    rows = [("What", "Why", "Whose", "How long", "Where"), ("---",) * 5]
    for kept in KEPT:
        where = ", ".join((*(f"table `{name}`" for name in kept.tables), *(f"`{name}`" for name in kept.files)))
        rows.append((kept.what, kept.why, kept.whose, lasting(kept, days), where))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
