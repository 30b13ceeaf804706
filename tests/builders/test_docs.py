"""The examples of the pages for builders, run as they stand against a served app."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PYTHON = re.compile(r"^```python\n(.*?)^```$", re.S | re.M)
PAGES = ("langchain.md", "mcp.md", "openai-api.md", "python-client.md", "receipts.md")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("name", PAGES)
def test_the_examples_of_a_page_run(name: str, service: str, tmp_path: Path) -> None:
    code = "\n".join(PYTHON.findall(Path("docs", name).read_text(encoding="utf-8")))
    assert "http://127.0.0.1:8000" in code
    script = tmp_path / "example.py"
    script.write_text(code.replace("http://127.0.0.1:8000", service), encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "provider" in done.stdout
