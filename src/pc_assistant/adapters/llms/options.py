"""What a language model is reached by, and what it may cost."""

from pydantic import Field, SecretStr

from pc_assistant.domain.values import Value

MILLION = 1_000_000


class LlmOptions(Value):
    """`provider` and `model` as in `PC_LLM=provider:model`; seconds; tokens; prices are of a million tokens, in whatever money."""

    provider: str
    model: str
    url: str | None = None
    key: SecretStr | None = None
    api_version: str = "2024-10-21"
    seconds: float = Field(30.0, gt=0)
    attempts: int = Field(3, ge=1)
    concurrency: int = Field(4, ge=1)
    max_tokens: int = Field(1000, ge=1)
    daily_tokens: int = Field(2 * MILLION, ge=0)
    daily_spend: float | None = Field(None, ge=0)
    price_in: float | None = Field(None, ge=0)
    price_out: float | None = Field(None, ge=0)

    @property
    def name(self) -> str:
        """As in `PC_LLM`."""
        return f"{self.provider}:{self.model}"

    @property
    def priced(self) -> bool:
        """Whether both prices are known."""
        return self.price_in is not None and self.price_out is not None

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """What so many tokens cost; 0 where the prices are not known."""
        return (tokens_in * (self.price_in or 0.0) + tokens_out * (self.price_out or 0.0)) / MILLION


class Usage(Value):
    """Tokens read and written, on one day or in one call."""

    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.tokens_in + self.tokens_out

    def plus(self, other: "Usage") -> "Usage":
        """The sum."""
        return Usage(tokens_in=self.tokens_in + other.tokens_in, tokens_out=self.tokens_out + other.tokens_out)
