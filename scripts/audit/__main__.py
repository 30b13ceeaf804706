"""`./run audit [FOLDER]`: licences, a bill of materials into FOLDER, and known vulnerabilities.

Exit 1 where something is wrong, 3 where not every package could be looked up.
"""

import json
import subprocess
import sys
from pathlib import Path

from scripts.audit.licences import LOCKS, Rules, faults, pinned

ROOT = Path(__file__).resolve().parents[2]
SBOM = "pc-assistant.cdx.json"
UNKNOWN = (
    "Known vulnerabilities: {} of {} packages could not be looked up, so that nothing is known of them. "
    "The service that lists them must be reached: by default that of the Python Package Index."
)


def bill_of_materials(folder: Path) -> Path:
    """Writes what the image is made of as CycloneDX 1.6 into `folder`; the same locks give the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / SBOM
    words = ["requirements", "--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--sv", "1.6", "-o", str(target)]
    subprocess.run(
        [sys.executable, "-W", "ignore::UserWarning", "-m", "cyclonedx_py", *words, str(ROOT / "requirements-image.lock")], check=True
    )
    return target


def vulnerabilities() -> int:
    """Asks for known vulnerabilities of every pin: 0 none, 1 some, 3 not known."""
    words = [
        sys.executable,
        "-m",
        "pip_audit",
        "--format",
        "json",
        "--progress-spinner",
        "off",
        "--disable-pip",
        "--no-deps",
        "--timeout",
        "15",
    ]
    for lock in LOCKS:
        words += ["-r", str(ROOT / lock)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    status, told = judged(done.stdout, len({name for lock in LOCKS for name in pinned(ROOT / lock)}))
    print(told, file=sys.stderr if status else sys.stdout)
    return status


def judged(report: str, packages: int) -> tuple[int, str]:
    """What a report of pip-audit on so many packages comes to. pip-audit itself calls one that knows of no package at all a good one."""
    try:
        entries = json.loads(report)["dependencies"]
    except ValueError:  # it could not even ask
        return 3, UNKNOWN.format(packages, packages)
    bad = [f"{each['name']} {each['version']}: {known['id']}" for each in entries for known in each.get("vulns", [])]
    looked_up = {each["name"] for each in entries if "skip_reason" not in each}
    if bad:
        return 1, "Known vulnerabilities: " + "; ".join(bad) + "."
    if len(looked_up) < packages:
        return 3, UNKNOWN.format(packages - len(looked_up), packages)
    return 0, f"Known vulnerabilities: none in {packages} packages."


def main(folder: str = "dist") -> int:
    """Runs all three."""
    found = faults(ROOT, Rules.read())
    for fault in found:
        print(fault, file=sys.stderr)
    if not found:
        print(f"Licences: all of {len({name for lock in LOCKS for name in pinned(ROOT / lock)})} pinned packages may be used.")
    print(f"Bill of materials: {bill_of_materials(Path(folder))}")
    known = vulnerabilities()
    return 1 if found else known


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
