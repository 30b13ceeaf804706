"""What the OpenAPI document needs beyond what FastAPI makes of the routes."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from pc_assistant.web.openai.errors import OpenAiProblem
from pc_assistant.web.problems import CheckFault, FieldError, Problem

REF = "#/components/schemas/{model}"
REQUEST_ID = {
    "description": "The caller's X-Request-ID, or a new one.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
}


class DescribedApp(FastAPI):
    """FastAPI whose OpenAPI document holds the Problem schema and the header that every response has."""

    def openapi(self) -> dict[str, Any]:
        """The document; made once."""
        fresh = not self.openapi_schema
        document = super().openapi()
        if fresh:
            schema = Problem.model_json_schema(ref_template=REF)
            schema.pop("$defs")
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas |= {
                "CheckFault": CheckFault.model_json_schema(ref_template=REF),
                "FieldError": FieldError.model_json_schema(ref_template=REF),
                "Problem": schema,
            }
            told = OpenAiProblem.model_json_schema(ref_template=REF)
            schemas |= {"ErrorObject": told.pop("$defs")["ErrorObject"], "OpenAiProblem": told}
            for path in document["paths"].values():
                for operation in path.values():
                    for response in operation["responses"].values():
                        response.setdefault("headers", {})["X-Request-ID"] = REQUEST_ID
        return document


def example(value: Mapping[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    """A response's entry under `responses` that holds one example."""
    return {"content": {media_type: {"example": value}}}


def body_examples(**values: Mapping[str, Any]) -> dict[str, Any]:
    """A route's `openapi_extra` with examples of its request body by name."""
    return {"requestBody": {"content": {"application/json": {"examples": {name: {"value": value} for name, value in values.items()}}}}}
