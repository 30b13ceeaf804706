"""The service against requests that the OpenAPI document allows, and some that it forbids: no fault, and no response it does not describe."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.conftest import CommandLine
from tests.test_access import make_key
from tests.test_serving import serving

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]
BOUNDED = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,  # the same requests every time
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

FEWER = {"POST /v1/documents": 2}  # an upload is read by a process of its own


@pytest.fixture(scope="module", params=["by this machine", "with a reader's key"])
def service(
    request: pytest.FixtureRequest, ingested: CommandLine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, dict[str, str]]]:
    """What describes a service that is really served, and the headers to ask it with."""
    folder = tmp_path_factory.mktemp("attacked")
    shutil.copytree(ingested.folder, folder, dirs_exist_ok=True)
    pc, headers = replace(ingested, folder=folder).with_env(PC_QUESTIONS_PER_MINUTE="0"), {}
    if request.param == "with a reader's key":
        headers = {"Authorization": f"Bearer {make_key(pc, 'reader')}"}
        pc = pc.with_env(PC_AUTHENTICATION="true")
    with serving(pc) as port:
        yield schemathesis.openapi.from_url(f"http://127.0.0.1:{port}/openapi.json"), headers


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
def test_every_operation_keeps_the_document(service: tuple[Any, dict[str, str]], mode: GenerationMode) -> None:
    described, headers = service
    found, asked = [], 0
    for operation in (result.ok() for result in described.get_all_operations()):

        @settings(BOUNDED, max_examples=FEWER.get(operation.label, BOUNDED.max_examples))
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: Case) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(headers=headers, checks=CHECKS, timeout=20)

        try:
            check()
        except Unsatisfiable:
            pass
        except Exception as error:
            found.append(f"{operation.label}: {error}")
    assert not found, "\n\n".join(found)
    assert asked > 25
