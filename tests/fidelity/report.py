"""The table of docs/documents.md: `python -m tests.fidelity.report` makes every document anew, reads it and writes the figures."""

from pathlib import Path
from tempfile import TemporaryDirectory

from pc_assistant.adapters.loaders import load
from tests.fidelity.comparing import boxes_right, pages_right, shares
from tests.fidelity.making import page, printed, word
from tests.fidelity.truth import HARBOUR

DOCS = Path(__file__).resolve().parents[2] / "docs" / "documents.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def table() -> str:
    """The figures in Markdown."""
    columns = ["headings", "paragraphs", "list items", "table rows", "pages", "boxes", "too much"]
    lines = [f"| document | {' | '.join(columns)} |", f"|{' --- |' * (len(columns) + 1)}"]
    with TemporaryDirectory() as folder:
        made = printed(HARBOUR, Path(folder))
        made["DOCX by python-docx"] = word(HARBOUR, Path(folder) / "own.docx")
        made["HTML"] = page(HARBOUR, Path(folder) / "own.html")
        for name, path in made.items():
            sections = load(path)
            found = {key: str(share) for key, share in shares(HARBOUR, sections, shift=int(name == "HTML")).items()}
            found["too much"] = found["too much"].split()[-1]
            if path.suffix == ".pdf":
                found |= {"pages": str(pages_right(path, sections)), "boxes": str(boxes_right(path, sections))}
            lines.append(f"| {name} | {' | '.join(found.get(column, '–') for column in columns)} |")
    return "\n".join(lines)


def main() -> None:
    """Writes the table between its marks."""
    text = DOCS.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    DOCS.write_text(f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
