"""The providers, and how LangChain's `init_chat_model` makes each one's chat model."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from pydantic import SecretStr

from pc_assistant.adapters.llms.options import LlmOptions
from pc_assistant.domain.errors import SetupError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True)
class Provider:
    """One provider: LangChain's name of it, the package and the extra that brings it, where its key stands, and how it can be told a schema."""

    langchain: str
    package: str
    extra: str
    key_variable: str | None = None
    needs_url: bool = False
    schemas: tuple[Literal["json_schema", "json_object", "format"], ...] = ()


PROVIDERS: Mapping[str, Provider] = {
    "azure": Provider("azure_openai", "langchain_openai", "openai", "AZURE_OPENAI_API_KEY", needs_url=True, schemas=("json_schema",)),
    "openai": Provider("openai", "langchain_openai", "openai", "OPENAI_API_KEY", schemas=("json_schema",)),
    "compatible": Provider("openai", "langchain_openai", "openai", needs_url=True, schemas=("json_schema", "json_object")),
    "anthropic": Provider("anthropic", "langchain_anthropic", "anthropic", "ANTHROPIC_API_KEY"),
    "ollama": Provider("ollama", "langchain_ollama", "ollama", schemas=("format",)),
}


def make_chat_model(options: LlmOptions, env: Mapping[str, str] = os.environ) -> "BaseChatModel":
    """LangChain's chat model, without retries of its own. Raises SetupError where package, key or address is missing."""
    provider = PROVIDERS[options.provider]
    if find_spec(provider.package) is None:
        raise SetupError(f"The language model {options.name} needs a package: install 'pc-assistant[{provider.extra}]'.")
    key = options.key or _from_env(provider, env)
    if provider.key_variable and key is None:
        raise SetupError(f"The language model {options.name} needs a key: set PC_LLM_KEY or {provider.key_variable}.")
    if provider.needs_url and not options.url:
        raise SetupError(f"The language model {options.name} needs an address: set PC_LLM_URL.")
    from langchain.chat_models import init_chat_model  # takes a second, and only who has chosen a model waits for it

    model: BaseChatModel = init_chat_model(options.model, model_provider=provider.langchain, **_settings(options, key))
    return model


def _from_env(provider: Provider, env: Mapping[str, str]) -> SecretStr | None:
    value = env.get(provider.key_variable or "")
    return SecretStr(value) if value else None


def _settings(options: LlmOptions, key: SecretStr | None) -> dict[str, Any]:
    """The provider's own names for address, key, time-out and length."""
    if options.provider == "ollama":
        address = {"base_url": options.url} if options.url else {}
        return {"num_predict": options.max_tokens, "temperature": 0, "client_kwargs": {"timeout": options.seconds}, **address}
    common: dict[str, Any] = {"timeout": options.seconds, "max_retries": 0}
    if options.provider == "azure":
        return {
            **common, "azure_endpoint": options.url, "api_key": key, "api_version": options.api_version, "max_tokens": options.max_tokens,
            "stream_usage": True,
        }  # fmt: skip
    address = {"base_url": options.url} if options.url else {}
    if options.provider == "anthropic":
        return {**common, **address, "api_key": key, "max_tokens": options.max_tokens}
    common |= {**address, "stream_usage": True, "use_responses_api": False}
    if options.provider == "compatible":  # many servers know only the older name of the limit, and most need no key
        return {**common, "api_key": key or SecretStr("none"), "temperature": 0, "extra_body": {"max_tokens": options.max_tokens}}
    return {**common, "api_key": key, "max_tokens": options.max_tokens}
