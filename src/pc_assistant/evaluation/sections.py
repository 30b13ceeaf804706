"""Does a passage or a citation stand in the section that a case names?"""

import re
import unicodedata

from pc_assistant.evaluation.case import Source

_NUMBERING = re.compile(r"^[\s#*_]*\d{1,2}[.)]?\s+(?=\S)")


def same_words(heading: str) -> str:
    """A heading as it is compared: case, punctuation, mark-up and a leading "3." or "3)" do not count."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return " ".join(re.findall(r"\w+", _NUMBERING.sub("", folded).replace("_", " ")))


def hits(source: Source, document_id: str, section: tuple[str, ...]) -> bool:
    """True where the document is the source's and its section is an element, a run of elements or the end of the section path.

    A path that is itself the end of the source's path hits too: a document may be read with fewer levels than the case names.
    """
    if document_id != source.doc:
        return False
    wanted = [same_words(part) for part in source.section.split(" > ")]
    path = [same_words(part) for part in section]
    if not path:
        return False
    runs = (path[start : start + len(wanted)] for start in range(len(path) - len(wanted) + 1))
    return any(run == wanted for run in runs) or wanted[-len(path) :] == path
