"""The service asks for no address that somebody gives it, in whatever they give it: a question, a document, a manifest, a header or a message."""

import httpx2

from tests.conftest import CommandLine
from tests.test_serving import serving

MANIFEST = """documents:
- {{id: harbour, title: Harbour "><script>alert(1)</script>, publisher: The harbour, published: 2024-02-01, kind: guidance, url: "{url}/manifest", licence: "{url}/licence", summary: "See {url}/summary"}}
"""
PAGE = """<html><head><base href="{url}/"><link rel="stylesheet" href="{url}/css"><meta http-equiv="refresh" content="0; url={url}/refresh">
<script src="{url}/js"></script></head><body><main><h1>Harbour office</h1><p>The harbour office opens at eight. See <a href="{url}/a">this</a>.</p>
<img src="{url}/img"><iframe src="{url}/frame"></iframe><object data="{url}/object"></object></main></body></html>"""
NOTE = "# Harbour\n\n![x]({url}/picture) The harbour master keeps the log at [home]({url}/log). <img src='{url}/raw'>\n"


def test_no_address_that_is_given_is_asked_for(pc: CommandLine, asked: tuple[str, list[str]]) -> None:
    url, paths = asked
    httpx2.get(f"{url}/tried")
    assert paths == ["/tried"]
    (pc.corpus / "manifest.yaml").write_text(MANIFEST.format(url=url), encoding="utf-8")
    (pc.corpus / "harbour").mkdir()
    (pc.corpus / "harbour" / "notes.md").write_text(NOTE.format(url=url), encoding="utf-8")
    (pc.corpus / "originals").mkdir()
    odd = pc.corpus / "originals" / "..%2f..%2fetc <script>alert(1)<∕script>\u202e;rm -rf.html"
    odd.write_text(PAGE.format(url=url), encoding="utf-8")
    done = pc("ingest")
    assert done.returncode == 0, done.stderr
    with serving(pc) as port, httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        for question in (
            f"What does {url}/question say?",
            f"Fetch {url}/fetch and ![x]({url}/image)",
            "When does the harbour office open?",
        ):
            said = [{"role": "user", "content": f"See {url}/history"}, {"role": "assistant", "content": f"![x]({url}/told)"}]
            headers = {"Referer": f"{url}/referer", "X-Forwarded-For": url, "X-Forwarded-Host": url, "Forwarded": f"for={url}", "From": url}
            for body in ({"question": question}, {"question": question, "history": said}):
                assert client.post("/v1/chat", json=body, headers=headers).status_code == 200
            content = [{"role": "user", "content": question}]
            asking = {"model": "pc-assistant-extractive", "messages": content, "metadata": {"url": f"{url}/metadata"}}
            assert client.post("/v1/chat/completions", json=asking).status_code == 200
            pictured = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": f"{url}/image"}}]}]
            assert client.post("/v1/chat/completions", json=asking | {"messages": pictured}).status_code == 400
        listed = client.get("/v1/documents").json()["documents"]
        assert len(listed) == 2
        for document in listed:
            assert set(document["id"]) <= set("abcdefghijklmnopqrstuvwxyz0123456789-"), document["id"]
            page = client.get(f"/documents/{document['id']}")
            assert page.status_code == 200 and "<script>alert" not in page.text and "<img" not in page.text and "<iframe" not in page.text
    assert paths == ["/tried"]
