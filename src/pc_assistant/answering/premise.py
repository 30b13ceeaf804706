"""Does a sentence deny what a question takes for granted? Then it must stand before all else."""

from pc_assistant.answering.clauses import NEGATIONS, Clause, clauses

DENIALS = (NEGATIONS | {"unable"}) - {"unless", "except"}
REACH = 2  # words that carry meaning after a negation, which it may speak of


def denies(sentence: str, question: str) -> bool:
    """Whether a clause of the sentence negates a word that the question, itself without a negation, affirms."""
    asked = Clause(question)
    if DENIALS & set(asked.tokens):
        return False
    return any(_negated(clause) & (asked.content | asked.figures) for clause in clauses(sentence))


def _negated(clause: Clause) -> set[str]:
    """The normal forms of the words that the negations of a clause speak of."""
    found: set[str] = set()
    for place, word in enumerate(clause.tokens):
        if word in DENIALS:
            found |= {*Clause(" ".join(clause.tokens[place + 1 : place + 7])).forms[:REACH]}
    return found
