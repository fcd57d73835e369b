"""The value types of a chat service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    name: str | None = None

    def __post_init__(self) -> None:
        if not self.content.strip():
            raise ValueError("content: expected text, found only white space")


@dataclass(frozen=True, kw_only=True)
class Usage:
    """The tokens that a request took."""

    prompt_tokens: int
    completion_tokens: int

    def __post_init__(self) -> None:
        for name in ("prompt_tokens", "completion_tokens"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: expected at least 0, found {getattr(self, name)}")

    @property
    def total_tokens(self) -> int:
        """All tokens together."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, kw_only=True)
class ChatRequest:
    """What a client asks for. Hashable, so that it can be the key of a cache."""

    model: str
    messages: tuple[Message, ...]
    temperature: float = 1.0
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.messages:
            raise ValueError("messages: expected at least one, found none")
        if not 0 <= self.temperature <= 2:  # in this form NaN fails too
            raise ValueError(f"temperature: expected 0 to 2, found {self.temperature}")
        if self.max_tokens is not None and self.max_tokens < 1:
            raise ValueError(f"max_tokens: expected at least 1, found {self.max_tokens}")
        if len(self.stop) > 4:
            raise ValueError(f"stop: expected at most 4, found {len(self.stop)}")
