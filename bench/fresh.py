"""What a fresh process does until its first answer; run by `cold.py` as `python -m bench.fresh answer|encoder QUESTION`.

Prints one line of JSON: seconds for imports, for opening model and index, and for the first answer (or the first embedding).
"""

import json
import sys
from collections.abc import Callable
from time import perf_counter


def main(what: str, question: str) -> None:
    """Answers (or only embeds) one question; settings come from the environment."""
    times = {}
    begun = perf_counter()
    start = _imported(what)
    times["imports, s"] = perf_counter() - begun
    begun = perf_counter()
    act = start()
    times["opening, s"] = perf_counter() - begun
    begun = perf_counter()
    act(question)
    times["first answer, s"] = perf_counter() - begun
    print(json.dumps(times), flush=True)


def _imported(what: str) -> Callable[[], Callable[[str], object]]:
    """What opens model and index, and gives what answers."""
    from pc_assistant.settings import read_settings

    if what == "encoder":
        from pc_assistant.adapters.embedders.onnx import OnnxEmbedder

        def open_encoder() -> Callable[[str], object]:
            embedder = OnnxEmbedder(read_settings().models)
            return lambda question: embedder.embed([question])

        return open_encoder

    from pc_assistant import bootstrap
    from pc_assistant.domain.conversations import Question

    def open_assistant() -> Callable[[str], object]:
        pipeline, corpus = bootstrap.make_assistant(read_settings())
        corpus()
        return lambda question: pipeline.answer(Question(text=question))

    return open_assistant


if __name__ == "__main__":
    main(*sys.argv[1:])
