"""Examples for the OpenAPI document; a test holds each against its schema."""

from typing import Any

from pc_assistant.web.examples import ANSWER, ANSWER_ID, CHAT_REQUEST

MODEL: dict[str, Any] = {"id": "pc-assistant-extractive", "object": "model", "created": 1_795_219_200, "owned_by": "pc-assistant"}
MODEL_LIST: dict[str, Any] = {"object": "list", "data": [MODEL]}
COMPLETION_REQUEST: dict[str, Any] = {"model": MODEL["id"], "messages": [{"role": "user", "content": CHAT_REQUEST["question"]}]}
COMPLETION_FOLLOW_UP: dict[str, Any] = {
    "model": MODEL["id"],
    "messages": [
        {"role": "system", "content": "Answer in the style of a pirate."},
        {"role": "user", "content": "What is a provider leadership board?"},
        {"role": "assistant", "content": "One of three models: chief executives of the trusts come together. [1]"},
        {"role": "user", "content": [{"type": "text", "text": "And what should it look at?"}]},
    ],
    "stream": False,
    "temperature": 0,
}
_CITATION = ANSWER["citations"][0]
_SOURCES = (
    "\n\n---\n\n> **Check the law since July 2022.** This rests on a text from before the Health and Care Act 2022.\n\nSources:\n\n"
    f"- [1] NHS England and NHS Improvement. {_CITATION['title']}. August 2021 (…). <https://assistant.example.org{_CITATION['url']}>"
)
_START = ANSWER["answer"].index("[1]")
COMPLETION: dict[str, Any] = {
    "id": f"chatcmpl-{ANSWER_ID}",
    "object": "chat.completion",
    "created": 1_795_253_400,
    "model": MODEL["id"],
    "system_fingerprint": ANSWER["corpus_version"],
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": ANSWER["answer"] + _SOURCES,
                "refusal": None,
                "annotations": [
                    {
                        "type": "url_citation",
                        "url_citation": {
                            "start_index": _START,
                            "end_index": _START + 3,
                            "title": _CITATION["title"],
                            "url": f"https://assistant.example.org{_CITATION['url']}",
                        },
                    }
                ],
                "citations": ANSWER["citations"],
            },
            "finish_reason": "stop",
            "logprobs": None,
        }
    ],
    "usage": {"prompt_tokens": 11, "completion_tokens": 68, "total_tokens": 79},
    "citations": ANSWER["citations"],
    "pc_assistant": {
        "answer_id": ANSWER_ID,
        **{
            name: ANSWER[name]
            for name in ("status", "reason", "answer", "answerer", "standalone_question", "notices", "suggestions", "confidence")
        },
        "corpus_version": ANSWER["corpus_version"],
        "prompt_version": None,
    },
}
STREAM = (
    'data: {"id": "chatcmpl-…", "object": "chat.completion.chunk", …, "choices": [{"index": 0, "delta": {"content": "…"}, "finish_reason": null}]}'
    "\n\ndata: [DONE]\n\n"
)
