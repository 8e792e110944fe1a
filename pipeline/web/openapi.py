"""The OpenAPI document of the JSON API, made from the table of routes, so that none can be left out."""

import re
from collections.abc import Sequence
from typing import Final

from extractors.domain.records import Json
from pipeline.version import __version__
from pipeline.web.described import Described
from pipeline.web.guard import Way

_PARAMETER: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
_ERROR: Final[Json] = {
    "description": "refused, with a code and words for a person",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


def openapi(ways: Sequence[Way]) -> Json:
    """Returns the OpenAPI 3.1 description of every route below `/api/`."""
    paths: dict[str, Json] = {}
    for way in ways:
        if way.is_api:
            paths.setdefault(_PARAMETER.sub(r"{\1}", way.path), {})[way.method.lower()] = _operation(way)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sổ Vàng",
            "version": __version__,
            "description": (
                "Review of extracted records. Scripts send `Authorization: Bearer TOKEN` (made with "
                "`sovang user token NAME LABEL` or on the page /account). Browsers send the session cookie and, with "
                "every request that changes something, the header `X-CSRF-Token`. Offsets are code points, half-open."
            ),
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sovang_session"},
            },
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {
                        "error": {
                            "type": "object",
                            "required": ["code", "message"],
                            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                        }
                    },
                }
            },
        },
    }


def _operation(way: Way) -> Json:
    told = way.told or Described(summary=way.endpoint.__name__)
    names = _PARAMETER.findall(way.path)
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
    ]
    parameters += [
        {"name": name, "in": "query", "description": words, "schema": {"type": "string"}}
        for name, words in told.query.items()
    ]
    answers: Json = {
        str(status): {"description": words, "content": {told.media_type: {}}} for status, words in told.answers.items()
    }
    refusals = [401, 403] if way.needs else []
    refusals += [404] if names else []
    refusals += [422] if told.body else []
    answers.update({str(status): _ERROR for status in refusals})
    operation: Json = {
        "operationId": way.endpoint.__name__,
        "summary": told.summary,
        "parameters": parameters,
        "responses": answers,
        "security": [{"token": []}, {"session": []}] if way.needs else [],
        "x-role": way.needs.value if way.needs else None,
    }
    if told.body:
        properties: Json = {name: {"description": words} for name, words in told.body.items()}
        schema: Json = {"type": "object", "properties": properties, "required": list(told.required)}
        operation["requestBody"] = {"required": True, "content": {told.body_type: {"schema": schema}}}
    return operation
