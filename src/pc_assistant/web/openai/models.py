"""The models that can be asked: one an answerer."""

from collections.abc import Collection
from typing import Literal, cast

from pc_assistant.domain.conversations import AnswererName
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.values import Value

PREFIX = "pc-assistant-"
SINCE = 1_795_219_200  # 21 November 2026, when these names were first given


class Model(Value):
    """A way to answer, as OpenAI's API names it."""

    id: str
    object: Literal["model"] = "model"
    created: int = SINCE
    owned_by: str = "pc-assistant"


class ModelList(Value):
    """Every model that can be asked."""

    object: Literal["list"] = "list"
    data: tuple[Model, ...]


class NoSuchModel(NotFound):
    """There is no model of this name."""


def models(answerers: Collection[str]) -> tuple[Model, ...]:
    """One a way to answer that is there."""
    return tuple(Model(id=PREFIX + name) for name in answerers)


def model_of(name: str, answerers: Collection[str]) -> Model:
    """Raises NoSuchModel."""
    found = next((model for model in models(answerers) if model.id == name), None)
    if found is None:
        there = " and ".join(model.id for model in models(answerers))
        raise NoSuchModel(f"There is no model {name}; {'there are' if len(answerers) > 1 else 'there is'} {there}.")
    return found


def answerer_of(model: Model) -> AnswererName:
    """The answerer behind a model."""
    return cast(AnswererName, model.id.removeprefix(PREFIX))
