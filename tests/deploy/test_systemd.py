"""The unit: what systemd itself finds where it is installed, and in any case what is confined."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.deploy.parsed import DEPLOY, READ_BY_OTHERS, SECRETS, SETTINGS, default, offered

UNIT = DEPLOY / "systemd" / "pc-assistant.service"
TEXT = UNIT.read_text(encoding="utf-8")
SAID = dict(re.findall(r"(?m)^([A-Za-z]+)=(.*)$", TEXT))
MOST_EXPOSED = 20  # tenths; systemd calls what is below 5.0 “ok”


def test_the_service_is_confined() -> None:
    wanted = {
        "NoNewPrivileges",
        "PrivateDevices",
        "PrivateTmp",
        "ProtectHome",
        "ProtectKernelTunables",
        "RestrictNamespaces",
        "RestrictSUIDSGID",
    }
    assert {name for name in wanted if SAID.get(name) == "true"} == wanted
    assert SAID["ProtectSystem"] == "strict"
    assert SAID["CapabilityBoundingSet"] == ""
    assert re.findall(r"(?m)^SystemCallFilter=(.*)$", TEXT) == ["@system-service", "~@privileged"]
    assert SAID["User"] not in {"", "root"}
    assert {"MemoryMax", "TasksMax", "LimitNOFILE", "UMask"} <= SAID.keys()
    assert int(SAID["TimeoutStopSec"]) > default("question_seconds")


def test_what_is_set_exists_and_secrets_are_credentials() -> None:
    environment = offered(DEPLOY / "systemd" / "environment.example")
    set_here = dict(word.split("=", 1) for word in SAID["Environment"].split())
    assert environment.keys() | set_here.keys() <= (SETTINGS - SECRETS) | READ_BY_OTHERS
    credentials = dict(re.findall(r"(?m)^#?LoadCredential=(\w+):(.*)$", TEXT))
    assert credentials.keys() <= SECRETS
    assert all(Path(path).name == name for name, path in credentials.items())
    assert set_here["PC_SECRETS_DIR"] == "%d"
    assert set_here["PC_DATA_DIR"] == f"/var/lib/{SAID['StateDirectory']}"


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        return  # what matters most is parsed above
    program = tmp_path / "pc-assistant"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    unit = tmp_path / UNIT.name
    unit.write_text(TEXT.replace("/opt/pc-assistant/.venv/bin/pc-assistant", str(program)), encoding="utf-8")
    verified = subprocess.run([tool, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert [line for line in verified.stderr.splitlines() if unit.name in line] == []
    assert verified.returncode == 0
    rated = subprocess.run(
        [tool, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert rated.returncode == 0, rated.stdout.splitlines()[-1]
