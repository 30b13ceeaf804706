"""Personal details in what people write are kept nowhere: not in conversations, receipts, traces, feedback or the log."""

import json
from contextlib import closing
from http.client import HTTPConnection

from tests.conftest import CommandLine
from tests.keeping.walking import places
from tests.test_serving import ask, request, serving

DETAILS = ("9434765919", "943 476 5919", "jane.roe@example.org", "020 7946 0000", "07700 900123", "QQ 12 34 56 C".replace("QQ", "AB"))
QUESTION = f"What does the lighthouse keeper do? I am {', '.join(DETAILS)}."


def test_a_question_with_personal_details_is_kept_without_them(indexed: CommandLine) -> None:
    said = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "The keeper trims the lamp."}]
    with serving(indexed) as port:
        first = ask(port, QUESTION)
        assert "lighthouse keeper" in first["asked"]
        assert "personal_data_removed" in {notice["code"] for notice in first["notices"]} or first["notices"]
        request(port, "POST", "/v1/chat", {"question": f"And how often, {DETAILS[2]}?", "conversation_id": first["conversation_id"]})
        request(port, "POST", "/v1/chat", {"question": f"And how often, {DETAILS[0]}?", "history": said})
        messages = {"model": "pc-assistant-extractive", "messages": [*said, said[0]]}
        request(port, "POST", "/v1/chat/completions", messages)
        request(port, "POST", "/v1/search", {"query": QUESTION})
        receipt = request(port, "GET", f"/v1/answers/{first['id']}")
        for path, body in (
            ("/v1/feedback", {"answer_id": first["id"], "rating": "down", "comment": f"Call me: {', '.join(DETAILS)}."}),
            ("/v1/chat", {"question": QUESTION, "filters": {"documents": [DETAILS[2]]}}),
            ("/v1/chat", {"question": QUESTION, "stream": True}),
        ):
            with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
                connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
                connection.getresponse().read()
        assert places(indexed.data, DETAILS) == set()
    assert not [detail for detail in DETAILS if detail in json.dumps(receipt)]
    assert places(indexed.data, DETAILS) == set()
    assert places(indexed.data, ["lighthouse keeper do? i am [removed]"]) >= {"answers.question", "turns.content"}
    assert places(indexed.data, ["call me: [removed]"]) >= {"feedback.comment"}
    log = indexed.log.read_text(encoding="utf-8")
    assert not [detail for detail in DETAILS if detail in log]
