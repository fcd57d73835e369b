"""The value types of a chat service."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Message:
    """One message of a conversation."""


@dataclass
class Usage:
    """The tokens that a request took."""


@dataclass
class ChatRequest:
    """What a client asks for."""
