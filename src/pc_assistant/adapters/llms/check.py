"""Does the language model answer, and what does it cost? For `doctor`."""

import time
from collections.abc import Callable

from pc_assistant.adapters.llms.ledger import Ledger
from pc_assistant.adapters.llms.options import LlmOptions
from pc_assistant.domain.errors import LanguageModelFailed, SetupError
from pc_assistant.domain.ports import LanguageModel
from pc_assistant.domain.writing import WritingRequest

USUAL_IN, USUAL_OUT = 2_500, 400  # the median prompt of the `dev` questions in word pieces; 120 words and their quotes in JSON


def reach(
    model: LanguageModel, ledger: Ledger, options: LlmOptions, request: WritingRequest, clock: Callable[[], float] = time.monotonic
) -> str:
    """How fast the model answered, what an answer costs and what was spent today. Raises SetupError where it does not answer."""
    begun = clock()
    try:
        for _ in model.write(request):
            pass
        seconds = clock() - begun
        spent = ledger.spent()
    except LanguageModelFailed as error:
        raise SetupError(f"The language model {model.name} does not answer: {error}. Until it does, answers are extractive.") from error
    limit = f"{spent.total:,} of {options.daily_tokens:,} tokens today"
    if not options.priced:
        return f"answers in {seconds:.1f} s; {limit}; set PC_LLM_PRICE_IN and PC_LLM_PRICE_OUT to see what it costs"
    usual, now = options.cost(USUAL_IN, USUAL_OUT), options.cost(spent.tokens_in, spent.tokens_out)
    most = "" if options.daily_spend is None else f" of {options.daily_spend:.2f}"
    return f"answers in {seconds:.1f} s; an answer costs about {usual:.4f}; {limit}, {now:.4f}{most} spent"
