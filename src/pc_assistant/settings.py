"""Every setting, read from `PC_…` in the environment and from `.env`; a mistake is named before anything starts."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pc_assistant.domain.errors import UsageError

PREFIX = "PC_"
FILE = ".env"
LLM = re.compile(r"(azure|openai|compatible|anthropic|ollama):\S{1,200}")
ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")
URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~/-]*)?")


def _origin(text: str) -> str:
    """`text` itself: it goes into a header. Raises ValueError."""
    if not ORIGIN.fullmatch(text):
        raise ValueError(f"{text} is not an origin such as https://intranet.example.org")
    return text


Origin = Annotated[str, AfterValidator(_origin)]


def _url(text: str) -> str:
    """`text` without a slash at its end. Raises ValueError."""
    if not URL.fullmatch(text):
        raise ValueError("this is not an address such as https://assistant.example.org, without a name and a password")
    return text.rstrip("/")


Url = Annotated[str, AfterValidator(_url)]
Guid = Annotated[str, BeforeValidator(str.lower), Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
RoleWord = Literal["reader", "operator", "admin"]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(str.split)]


def _llm(text: str) -> str:
    """`text` as provider:model. Raises ValueError."""
    if not LLM.fullmatch(text):
        raise ValueError(f"{text} is not a provider and a model: azure, openai, compatible, anthropic or ollama, a colon, the model's name")
    return text


Llm = Annotated[str, AfterValidator(_llm)]


class Settings(BaseSettings):
    """One frozen tree of settings."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=FILE, env_file_encoding="utf-8", frozen=True, extra="ignore")

    data_dir: Path = Field(Path(".pc-assistant"), description="All state lives here.")
    secrets_dir: Path | None = Field(
        None, description="A folder with further settings, one a file that bears its name, such as PC_DATABASE_URL; the environment wins."
    )
    corpus_dir: Path = Field(Path("corpus"), description="The folder with manifest.yaml and the notes.")
    originals_dir: Path | None = Field(None, description="A folder of originals, `<document id>.<suffix>`, quoted instead of the notes.")
    model: str = Field("all-MiniLM-L6-v2", description="The packaged model, or a folder with a sentence-transformers model.")
    model_dir: Path | None = Field(None, description="Where exported models lie; `models` in the data directory by default.")
    database_url: SecretStr | None = Field(
        None,
        description="A PostgreSQL database for conversations, postgresql+asyncpg://user:password@host/database; else a file in the data directory.",
    )
    people_secret: SecretStr | None = Field(
        None,
        min_length=32,
        description="Hashes ids of people; one of the data directory by default. Machines that share a database need the same.",
    )
    keep_days: int = Field(
        365, ge=1, le=36_500, description="Days that conversations, answers, receipts and feedback are kept after the last answer."
    )
    keep_aside_days: int = Field(30, ge=1, le=36_500, description="Days that what a restore has put aside is kept.")
    chroma_url: Url | None = Field(
        None, description="A Chroma server for the chunks' vectors, http://host:port; else a folder of the index."
    )
    embed_threads: int = Field(1, ge=1, le=64, description="Threads that embed, where several texts are embedded at once.")
    upload_mb: int = Field(50, ge=1, le=1_000, description="The most that may be uploaded in one request.")
    read_seconds: float = Field(600, gt=0, le=86_400, description="The longest that one file may take to read.")
    read_memory_mb: int = Field(2_000, ge=300, le=1_000_000, description="The most memory that reading one file may take.")
    read_pages: int = Field(2_000, ge=1, le=100_000, description="The most pages or slides of one file that are read.")
    host: str = Field("127.0.0.1", description="Address to serve on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to serve on.")
    embed_origins: Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(str.split)] = Field(
        "",
        validate_default=True,
        description="Origins, spaces between, whose pages may show /embed in a frame, such as https://intranet.example.org; none by default.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is logged: this and what weighs more.")
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="How lines of the log look: JSON, or words for people; by default words on a terminal alone."
    )
    otel_endpoint: Url | None = Field(
        None, description="Turns traces on: where a collector takes OTLP over HTTP, such as http://localhost:4318/v1/traces; extra `otel`."
    )
    otel_share: float = Field(1.0, ge=0, le=1, description="The share of traces that is kept, where the caller has not decided.")
    mcp: bool = Field(False, description="Serve the Model Context Protocol at /mcp; needs the extra `mcp`.")
    public_url: Url | None = Field(
        None, description="Where people reach this service, for links in chat messages; http://HOST:PORT by default."
    )
    authentication: bool = Field(False, description="Whoever asks must say who they are, by a key or by signing in.")
    guests: bool = Field(False, description="Who does not say so may read and ask; nothing of theirs is kept. Needs PC_AUTHENTICATION.")
    open_to_all: RoleWord | None = Field(
        None, description="Without authentication, let others than this machine in, too, each in this role: reader, operator or admin."
    )
    oidc_issuer: Url | None = Field(
        None, description="Whose tokens and sign-ins count, such as https://login.microsoftonline.com/TENANT/v2.0; needs the extra `oidc`."
    )
    oidc_audience: str | None = Field(None, description="For whom tokens must be meant; PC_OIDC_CLIENT_ID by default.")
    oidc_client_id: str | None = Field(
        None, description="Turns signing in with a browser on: the client that the issuer knows this service as."
    )
    oidc_client_secret: SecretStr | None = Field(None, description="The secret of that client, where it has one.")
    oidc_role_claim: str = Field("roles", min_length=1, description="The claim with somebody's roles: reader, operator, admin.")
    oidc_default_role: RoleWord | None = Field(
        None, description="The role of those whose token names none; by default they are not let in."
    )
    session_secret: SecretStr | None = Field(
        None, min_length=32, description="Signs the cookies of those who have signed in; by default one is made in the data directory."
    )
    session_hours: float = Field(8.0, gt=0, le=720, description="How long somebody who has signed in stays so.")
    questions_per_minute: int | None = Field(
        None,
        ge=0,
        le=100_000,
        description="Questions that one caller, or one address of guests, may ask in a minute; 0 for no limit. 120 by default where others than "
        "this machine are let in, else no limit.",
    )
    redis_url: SecretStr | None = Field(
        None, description="Where all processes count questions together, such as redis://HOST:6379/0; needs the extra `redis`."
    )
    questions_at_once: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="Questions that one process answers at the same time: 2 by default, 32 where a language model is waited for.",
    )
    questions_waiting: int = Field(
        128, ge=0, le=10_000, description="Questions that wait for that; who comes on top is told to come again."
    )
    question_seconds: float = Field(90.0, gt=0, le=3600, description="How long a question may wait and be answered in all.")
    slow_seconds: float = Field(15.0, gt=0, le=600, description="In how many seconds the head of a request must arrive, and then its body.")
    api_key: SecretStr | None = Field(None, description="The key that this machine's own commands send to a service at a URL.")
    bots_questions_per_minute: int = Field(10, ge=1, le=1000, description="Questions that one person may ask a bot in a minute.")
    bots_work: int = Field(64, ge=1, le=1000, description="Questions that the bots of one process answer at the same time.")
    bots_drain_seconds: float = Field(
        10.0, ge=0, le=120, description="How long a service that stops waits for answers that bots have begun."
    )
    slack_bot_token: SecretStr | None = Field(None, description="Turns Slack on: the bot token of the app (xoxb-…).")
    slack_signing_secret: SecretStr | None = Field(None, description="With it Slack's requests come over HTTP to /integrations/slack.")
    slack_app_token: SecretStr | None = Field(
        None, description="Or Socket Mode: an app-level token (xapp-…); then nothing has to reach this service."
    )
    slack_workspaces: Words = Field(
        "", validate_default=True, description="The ids of the workspaces that are served (T…), spaces between."
    )
    slack_private_replies: bool = Field(True, description="In channels only the person who asked sees the answer.")
    slack_silent_without_citations: bool = Field(False, description="In channels, say nothing where an answer would have no citations.")
    slack_streaming: bool = Field(True, description="Answers in direct messages grow as they are read.")
    slack_api_url: Url = Field("https://slack.com/api", description="Where Slack's Web API is; another for the stand-in.")
    teams_app_id: Guid | None = Field(None, description="Turns Microsoft Teams on: the application (client) id of the app registration.")
    teams_app_secret: SecretStr | None = Field(None, description="A client secret of the app registration.")
    teams_tenant_id: Guid | None = Field(None, description="The directory (tenant) id in which the app is registered.")
    teams_tenants: Annotated[tuple[Guid, ...], NoDecode, BeforeValidator(str.split)] = Field(
        "", validate_default=True, description="The tenants that are served, spaces between; that of the registration by default."
    )

    llm: Llm | None = Field(
        None,
        description="A language model, provider:model, as openai:gpt-5-mini; azure, openai, compatible, anthropic or ollama. None by default.",
    )
    llm_url: Url | None = Field(None, description="Where the language model is served: needed for azure and compatible.")
    llm_key: SecretStr | None = Field(None, description="The key of the provider; else its own variable, such as OPENAI_API_KEY, is read.")
    llm_api_version: str = Field("2024-10-21", description="The version of Azure's interface.")
    llm_seconds: float = Field(30.0, gt=0, le=600, description="How long an answer of the language model may take.")
    llm_attempts: int = Field(3, ge=1, le=10, description="How often a call is tried where the provider is busy or broken.")
    llm_concurrency: int = Field(
        4, ge=1, le=100, description="Calls of one process at the same time; who comes on top gets the extractive answer."
    )
    llm_max_tokens: int = Field(1000, ge=100, le=10_000, description="The most tokens that an answer may have.")
    llm_daily_tokens: int = Field(2_000_000, ge=0, description="Tokens a day, read and written, over all processes of the data directory.")
    llm_daily_spend: float | None = Field(None, ge=0, description="Money a day; needs both prices.")
    llm_price_in: float | None = Field(None, ge=0, description="What a million tokens cost that are read, in whatever money.")
    llm_price_out: float | None = Field(None, ge=0, description="What a million tokens cost that are written.")

    @model_validator(mode="after")
    def _a_question_outlasts_the_language_model(self) -> "Settings":
        if self.llm is not None and self.question_seconds <= self.llm_seconds:
            raise PydanticCustomError("seconds", "PC_QUESTION_SECONDS must be more than PC_LLM_SECONDS, or nothing is shown where it fails")
        return self

    @model_validator(mode="after")
    def _spending_needs_prices(self) -> "Settings":
        if self.llm_daily_spend is not None and None in (self.llm_price_in, self.llm_price_out):
            raise PydanticCustomError("prices", "a limit in money needs PC_LLM_PRICE_IN and PC_LLM_PRICE_OUT")
        return self

    @model_validator(mode="after")
    def _access_is_whole(self) -> "Settings":
        named = [f"PC_{name.upper()}" for name in ("guests", "oidc_issuer") if getattr(self, name)]
        if named and not self.authentication:
            raise PydanticCustomError("access", "{names} needs PC_AUTHENTICATION=true", {"names": " and ".join(named)})
        if self.authentication and self.open_to_all:
            raise PydanticCustomError("access", "PC_OPEN_TO_ALL is for a service without authentication: unset it or PC_AUTHENTICATION")
        if self.oidc_issuer and not (self.oidc_audience or self.oidc_client_id):
            raise PydanticCustomError("access", "PC_OIDC_ISSUER needs PC_OIDC_AUDIENCE, for tokens, or PC_OIDC_CLIENT_ID, for signing in")
        if self.oidc_client_id and not self.oidc_issuer:
            raise PydanticCustomError("access", "PC_OIDC_CLIENT_ID needs PC_OIDC_ISSUER")
        return self

    @property
    def address(self) -> str:
        """Where people reach this service, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def models(self) -> Path:
        """The folder of this model's exported files."""
        return (self.model_dir or self.data_dir / "models") / Path(self.model).name

    @property
    def database(self) -> Path | str:
        """Where conversations, answers and feedback are kept: a file, or the address of a PostgreSQL database, password and all."""
        return self.database_url.get_secret_value() if self.database_url else self.data_dir / "conversations.sqlite3"

    @property
    def database_begun(self) -> bool:
        """Whether anything can have been kept yet: a file is made by the first that serves."""
        return not isinstance(self.database, Path) or self.database.exists()


def environment() -> dict[str, str | None]:
    """What the environment and `.env` say, the environment first."""
    return {**dotenv_values(FILE, encoding="utf-8"), **os.environ}


def read_settings(**given: object) -> Settings:
    """The settings, with `given` (those not None) over the environment. Raises UsageError naming every bad one."""
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    found = environment()
    for name in ("HOST", "PORT"):  # the contract lets these two stand without the prefix
        if name in found and PREFIX + name not in found:
            values.setdefault(name.lower(), found[name])
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    folder = found.get(PREFIX + "SECRETS_DIR")
    if folder and not Path(folder).is_dir():
        raise UsageError(f"Bad settings: PC_SECRETS_DIR: {folder} is not a folder.")
    names = [*found, *(path.name for path in Path(folder).iterdir())] if folder else [*found]
    unknown = sorted(key for key in names if key.upper().startswith(PREFIX) and key.upper() not in known)
    problems = [f"{key} is not a setting" for key in unknown]
    settings = None
    try:
        settings = Settings(_secrets_dir=folder, **values)
    except ValidationError as error:
        problems += [_problem(".".join(map(str, item["loc"])), item["msg"]) for item in error.errors()]
    if problems or settings is None:
        raise UsageError("Bad settings: " + "; ".join(problems) + ".")
    return settings


def _problem(field: str, message: str) -> str:
    """A fault with the setting's name before it; one that is of several settings names them itself."""
    return f"{PREFIX}{field.upper()}: {message.lower()}" if field else message
