"""What people type, made fit to be asked: the same rules in every channel."""

import unicodedata

from pydantic_core import PydanticCustomError


def encodable(text: str) -> str:
    """`text` itself. Raises PydanticCustomError where it holds a lone surrogate, which JSON can spell and UTF-8 cannot."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise PydanticCustomError("string_unicode", "Holds half a character (a lone surrogate).")
    return text


def clean(text: str, least: int, most: int) -> str:
    """`text` trimmed, its line ends made "\\n". Raises PydanticCustomError for control characters and for a length out of bounds."""
    text = encodable(text).replace("\r\n", "\n").replace("\r", "\n")
    control = next((char for char in text if unicodedata.category(char) == "Cc" and char not in "\n\t"), None)
    if control is not None:
        raise PydanticCustomError(
            "control_character", "Holds the control character {code}: take it out.", {"code": f"U+{ord(control):04X}"}
        )
    text = text.strip()
    if len(text) < least:
        raise PydanticCustomError("empty", "Must not be empty.")
    if len(text) > most:
        numbers = {"length": f"{len(text):,}", "most": f"{most:,}"}
        raise PydanticCustomError("long", "Has {length} characters: at most {most} are allowed.", numbers)
    return text
