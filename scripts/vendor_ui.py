"""Takes the styles that the pages use out of NHS.UK frontend's npm package, so that installing needs neither Node nor network.

    npm pack nhsuk-frontend@10.6.1
    python scripts/vendor_ui.py nhsuk-frontend-10.6.1.tgz

Kept are the rules of the components named below. Left out: the Frutiger font, which needs a licence; the NHS logo and the icons, which are
trade marks; old browsers' ways. Written are the style sheet, the licence and the checksums, of which a test holds the style sheet's.
"""

import base64
import hashlib
import json
import re
import sys
import tarfile
from pathlib import Path

VERSION = "10.6.1"
INTEGRITY = "sha512-PZorqQZjZx/A26yJoskCL9z0ib6AtkAyF0o4K/RHr8zRrJyXrUOCnMbjy0VNXsGO4tfTNMwqlkwATKs4a0xayw=="
SHEET = "package/dist/nhsuk/nhsuk-frontend.min.css"
TARGET = Path(__file__).parent.parent / "src/pc_assistant/web/static/nhsuk"

COMPONENTS = {
    "back-link", "body", "body-l", "body-s", "button", "checkboxes", "details", "error-message", "error-summary", "fieldset", "form-group",
    "heading-l", "heading-m", "heading-s", "heading-xl", "heading-xs", "hint", "input", "inset-text", "label", "link", "list", "main-wrapper",
    "skip-link", "summary-list", "table", "tag", "template", "textarea", "u-visually-hidden", "warning-callout", "width-container",
}  # fmt: skip
FONT = ("font-family:Frutiger W01,arial,sans-serif", "font-family:arial,sans-serif")
UNWANTED = ("frutiger", "logo", "icon", "assets/", "http:", "https:", "expression(")

LICENCE = """\
nhsuk.css is made from NHS.UK frontend {version} (nhsuk-frontend on npm) by scripts/vendor_ui.py: parts are left out, nothing is added.

MIT License

Copyright (c) 2019 NHS.UK

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def blocks(css: str) -> list[tuple[str, str]]:
    """The top-level rules of a style sheet: what stands before the braces, and what between them; "" between for a statement."""
    found = []
    start = opened = depth = 0
    quote = ""
    for place, char in enumerate(css):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "{":
            opened = place if depth == 0 else opened
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                found.append((css[start:opened].strip(), css[opened + 1 : place]))
                start = place + 1
        elif char == ";" and depth == 0:
            found.append((css[start:place].strip(), ""))
            start = place + 1
    return found


def selectors(prelude: str) -> list[str]:
    """The selectors of a rule, split at commas that stand in no parentheses."""
    parts, depth = [""], 0
    for char in prelude:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def wanted(selector: str) -> bool:
    """Whether every component that a selector names is kept."""
    named = {re.split(r"__|--", name)[0] for name in re.findall(r"\.nhsuk-([\w-]+)", selector)}
    return named <= COMPONENTS and "\\0" not in selector


def reduced(css: str) -> str:
    """The style sheet with only the rules that are wanted."""
    kept = []
    for prelude, body in blocks(css):
        if prelude.startswith(("@media", "@supports")):
            inner = "" if "\\0" in prelude else reduced(body)
            kept.append(f"{prelude}{{{inner}}}" if inner else "")
        elif prelude.startswith(("@", ":root")):
            continue
        else:
            left = [selector for selector in selectors(prelude) if wanted(selector)]
            declared = ";".join(d for d in body.replace(*FONT).split(";") if not any(word in d.lower() for word in UNWANTED))
            kept.append(f"{','.join(left)}{{{declared}}}\n" if left and declared else "")
    return "".join(kept)


def vendor(tarball: Path, target: Path = TARGET) -> None:
    """Writes `nhsuk.css`, `LICENCE.txt` and `checksums.json`. Raises SystemExit where the tarball is not the pinned one."""
    packed = tarball.read_bytes()
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
    if integrity != INTEGRITY:
        raise SystemExit(f"{tarball} is not nhsuk-frontend {VERSION} as npm has it: {integrity}.")
    with tarfile.open(tarball) as archive:
        member = archive.extractfile(SHEET)
        assert member, f"{SHEET} is a file"
        sheet = reduced(member.read().decode("utf-8-sig"))
    target.mkdir(parents=True, exist_ok=True)
    (target / "nhsuk.css").write_text(sheet, encoding="utf-8")
    (target / "LICENCE.txt").write_text(LICENCE.format(version=VERSION), encoding="utf-8")
    sums = {"nhsuk-frontend": VERSION, "tarball": INTEGRITY, "nhsuk.css": "sha256-" + hashlib.sha256(sheet.encode()).hexdigest()}
    (target / "checksums.json").write_text(json.dumps(sums, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    vendor(Path(sys.argv[1]))
