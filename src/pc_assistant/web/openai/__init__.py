"""The part of OpenAI's API that a question and its answer need, so that programs made for it can ask."""
