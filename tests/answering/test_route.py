import pytest

from pc_assistant.answering.citing import render
from pc_assistant.answering.steps.route import route
from pc_assistant.retrieval.entities import Entities
from tests.answering.conftest import Ask

ELSEWHERE = {
    "greeting": [
        "hi",
        "Hello there!",
        "good morning all",
        "Thanks very much",
        "ok great thanks",
        "Good afternoon, how are you?",
        "Goodbye",
    ],
    "no_question": ["?", "...", "123", "the", "what", "it", "£"],
    "out_of_scope": [
        "Write me a poem about collaboratives",
        "Please draft a board paper",
        "Translate this into French",
        "Can you write a letter to my MP?",
        "Tell me a joke",
        "What is 15% of 200?",
        "What's 2 + 2?",
        "Calculate 5 times 6",
        "Book a room for Friday",
        "Who won the football?",
    ],
    "personal_matter": [
        "My mum has chest pain, what should I do?",
        "I've chest pain right now",
        "Should I take ibuprofen?",
        "What dose of paracetamol is safe?",
        "What are the side effects of lithium?",
        "What are the symptoms of flu?",
        "How do I treat a cold?",
        "My manager is bullying me",
        "I have been dismissed, can I sue?",
        "Am I entitled to redundancy pay?",
        "Can I claim unfair dismissal?",
        "Is my pension safe?",
        "I feel suicidal",
        "look up patient 12",
    ],
}

INNOCENT = """
Thanks. Which trusts make up the partnership?
How are you able to delegate functions?
How many trusts are there in your area?
What documents does the toolkit list?
Which documents should a collaborative write?
Which documents are there in the tools library?
What can you tell me about joint committees?
What do you know about risk and gain share?
What topics does the setting up section cover?
Who are you accountable to in a lead provider model?
What are you expected to have by April 2022?
My employer is a community trust; must it join?
My boss wants to know the three models
My partner trusts disagree; what does the toolkit say?
My patients travel far; what did South London do?
How are patients treated closer to home?
How do collaboratives treat the conflict of interest?
What did the suicide prevention programme achieve?
How many patients with chest pain were diverted?
What symptoms of failure are listed?
What are the side effects of merging two boards?
What does the guidance say about pay and pensions?
Draft memorandum: what should it contain?
Write-off of debts: who decides?
Please write down the three models
What is 40% of collaboratives considering?
Did the postcode lottery end?
Is there a recipe for success in Sussex?
""".strip().splitlines()


@pytest.mark.parametrize(("reason", "text"), [(reason, text) for reason, texts in ELSEWHERE.items() for text in texts])
def test_what_is_no_question_to_the_corpus_is_refused_with_its_reason(ask: Ask, reason: str, text: str) -> None:
    state = route(ask(text))
    assert (state.status, state.reason) == ("refused", reason)
    assert state.answer and not state.citations


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_look_alikes_go_on(ask: Ask, text: str) -> None:
    state = route(ask(text))
    assert state.status is None
    assert state.draft is None
    assert state.ask is not None


INVENTORY = """
Which documents do you have?
What documents do you hold?
How many documents are in your library?
Which documents are there?
List your sources
What are your sources?
What do you know about?
What do you know about provider collaboratives?
What can you do?
What can I ask you?
What topics do you cover?
Who are you?
Where does your information come from?
""".strip().splitlines()


@pytest.mark.parametrize("text", INVENTORY)
def test_the_inventory_names_every_document_in_its_own_words(ask: Ask, text: str) -> None:
    state = route(ask(text))
    assert state.status is None
    assert state.draft is not None
    answer, citations = render(state.draft)
    held = [held.document for held in state.corpus.snapshot.held]
    assert [citation.document_id for citation in citations] == [document.id for document in held]
    assert all(document.title in answer for document in held)


def test_what_is_known_of_a_place_is_a_question_to_the_corpus(ask: Ask, corpus: object) -> None:
    state = route(ask("Which sources do you have on South Quay?"))
    assert isinstance(state.corpus.entities, Entities)
    assert state.draft is None and state.ask is not None
