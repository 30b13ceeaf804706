"""A page of a PDF as it is printed, with the passage marked, through a served process."""

import re
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from pc_assistant.adapters.loaders.limits import Limits
from pc_assistant.adapters.printing import PdfPages
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.holdings import PrintedFile
from tests.conftest import CommandLine
from tests.test_serving import request, serving
from tests.untrusted.files import WORDS, pdf


def get(port: int, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response, response.read()


def test_the_page_is_shown_with_the_passage_marked(pc: CommandLine) -> None:
    path = pc.corpus / "harbour.pdf"
    path.write_bytes(pdf(3))
    assert pc("ingest").returncode == 0
    with serving(pc) as port:
        found = request(port, "POST", "/v1/search", {"query": "When does the harbour office of Lundy open?"})["passages"][0]
        assert (found["document_id"], found["page"]) == ("harbour", 1) and WORDS in found["text"]
        page, body = get(port, f"/documents/harbour/pages/1?passage={found['passage_id']}")
        assert page.status == 200
        assert re.findall(r'href="/documents/harbour/pages/(\d)"', body.decode()) == ["2"]
        assert re.findall(r'href="/documents/harbour/pages/(\d)"', get(port, "/documents/harbour/pages/3")[1].decode()) == ["2"]
        x, y, width, height = (
            float(n)
            for n in re.findall(r'<rect class="pc-printed__mark" x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"', body.decode())[0]
        )
        picture, png = get(port, "/documents/harbour/pages/1.png")
        assert picture.getheader("Content-Type") == "image/png"
        with Image.open(BytesIO(png)) as image:
            scale = image.width / 595
            inked = [(px, py) for py in range(image.height) for px in range(image.width) if sum(image.getpixel((px, py))) < 200]
        assert inked and all(x <= px / scale <= x + width and y <= py / scale <= y + height for px, py in inked)
        again, nothing = get(port, "/documents/harbour/pages/1.png", **{"If-None-Match": str(picture.getheader("ETag"))})
        assert (again.status, nothing) == (304, b"")
        _, text = get(port, f"/documents/harbour?passage={found['passage_id']}")
        assert f'href="/documents/harbour/pages/1?passage={found["passage_id"]}"' in text.decode()
        for wrong in ("harbour/pages/4", "harbour/pages/4.png", "harbour/pages/0.png", "lighthouse/pages/1", "none/pages/1.png"):
            assert get(port, f"/documents/{wrong}")[0].status == 404, wrong
        pc("documents", "hold", "harbour")
        assert get(port, "/documents/harbour/pages/1.png", **{"If-None-Match": str(picture.getheader("ETag"))})[0].status == 404


async def test_a_file_that_has_changed_or_takes_too_much_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf())
    with pytest.raises(NotFound, match="not as it was read"):
        await PdfPages().draw(PrintedFile(path=str(path), sha256="0"), 1)
    with pytest.raises(NotFound, match="takes too long"):
        await PdfPages(Limits(seconds=0.001)).draw(PrintedFile(path=str(path), sha256="0"), 1)
