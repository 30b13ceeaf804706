"""Makes the app package that is uploaded to Teams: the manifest with your ids and addresses, and the icons.

    python deploy/teams/package.py APP_ID PUBLIC_URL ORGANISATION [FILE]

APP_ID is the application (client) id of the app registration, PUBLIC_URL the address of this service (https://…), ORGANISATION the name of
whoever runs it (at most 32 characters), FILE what is written: pc-assistant-teams.zip by default.
"""

import json
import re
import sys
import zipfile
from pathlib import Path

FOLDER = Path(__file__).parent
PARTS = ("color.png", "outline.png")
APP_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PUBLIC_URL = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?")
LONGEST_NAME = 32


def manifest(app_id: str, public_url: str, organisation: str) -> str:
    """The manifest of one installation. Raises ValueError."""
    if not APP_ID.fullmatch(app_id):
        raise ValueError(f"{app_id} is not the id of an app registration, such as 22222222-2222-4222-8222-222222222222.")
    if not PUBLIC_URL.fullmatch(public_url):
        raise ValueError(f"{public_url} is not an address such as https://assistant.example.org: Teams takes HTTPS only.")
    if not 0 < len(organisation) <= LONGEST_NAME:
        raise ValueError(f"The name of the organisation has 1 to {LONGEST_NAME} characters.")
    given = {"{APP_ID}": app_id, "{PUBLIC_URL}": public_url.rstrip("/"), "{DEVELOPER}": json.dumps(organisation)[1:-1]}
    text = (FOLDER / "manifest.json").read_text(encoding="utf-8")
    for name, value in given.items():
        text = text.replace(name, value)
    return text


def package(target: Path, app_id: str, public_url: str, organisation: str) -> None:
    """Writes the package. Raises ValueError."""
    text = manifest(app_id, public_url, organisation)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", text)
        for name in PARTS:
            made.write(FOLDER / name, name)


def main() -> None:
    """Reads the arguments; a mistake is one sentence."""
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    target = Path(sys.argv[4] if len(sys.argv) == 5 else "pc-assistant-teams.zip")
    try:
        package(target, *sys.argv[1:4])
    except ValueError as error:
        sys.exit(str(error))
    print(f"Wrote {target}: upload it in the Teams admin centre.")


if __name__ == "__main__":
    main()
