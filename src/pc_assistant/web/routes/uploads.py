"""Documents as operators hand them in, take them out and hold them back."""

import asyncio
import re
import shutil
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from pc_assistant.channels.cleaning import clean
from pc_assistant.domain.documents import DOCUMENT_ID_PATTERN, Document, Kind
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.uploads import DocumentState, Intake, Upload, UploadReport
from pc_assistant.knowledge.catalogue import slug, titled
from pc_assistant.web import examples
from pc_assistant.web.access import Operator
from pc_assistant.web.bodies import Body
from pc_assistant.web.deps import JSON_BODY, ServicesDep
from pc_assistant.web.openapi import REF, body_examples, example
from pc_assistant.web.problems import documented, invalid

router = APIRouter(tags=["library"])

UPLOADS = "/v1/documents"
MOST_FILES = 20
MOST_FIELD = 20_000
TAKEN = {
    400: "The body is not valid.",
    404: "There is no document with this id.",
    413: "The body is larger than the 50 MB that may be uploaded.",
    415: "Send the files as multipart/form-data.",
    422: "files: Send at least one file.",
    503: "Another ingest is writing this index: wait until it has ended.",
}


def _line(text: str) -> str:
    return clean(text, 0, 2_000)


Line = Annotated[str, AfterValidator(_line)]


class Described(BaseModel):
    """What may be said of the documents, each as in the manifest of a corpus; a title only where there is one file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Line | None = Field(None, min_length=1)
    publisher: Line = ""
    published: date | None = None
    kind: Kind = "other"
    law_as_of: date | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2_000)] | None = None
    licence: Line = ""
    summary: Line = ""


class StateBody(Body):
    """Whether a document is to be cited."""

    state: Literal["cited", "held"]


FILES: dict[str, Any] = {"type": "array", "minItems": 1, "maxItems": MOST_FILES, "items": {"type": "string", "format": "binary"}}
FORM = Described.model_json_schema(ref_template=REF)
UPLOADED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {**FORM, "properties": {"files": FILES, **FORM["properties"]}, "required": ["files"]},
                "examples": {"guide": {"value": {"files": ["(the bytes of guide.pdf)"], "publisher": "The harbour", "kind": "guidance"}}},
            }
        },
    }
}


@router.post(
    UPLOADS,
    operation_id="upload_documents",
    summary="Upload documents",
    status_code=201,
    response_description="What became of each file.",
    responses={201: example(examples.UPLOADED), **documented({k: v for k, v in TAKEN.items() if k != 404})},
    openapi_extra=UPLOADED,
)
async def upload_documents(request: Request, services: ServicesDep, caller: Operator) -> UploadReport:
    """Reads and indexes files, and keeps those that can be read; they are cited from the next question on.

    A document's id is made from its file's name; a file that gives the id of one that was uploaded before takes its place.
    """
    intake = _intake(services.intake)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(415, TAKEN[415])
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES, max_part_size=MOST_FIELD) as form:
        files = [value for name, value in form.multi_items() if name == "files" and isinstance(value, UploadFile)]
        said = {name: value for name, value in form.multi_items() if name != "files" or not isinstance(value, UploadFile)}
        if not files:
            raise invalid("files", "Send at least one file.")
        try:
            described = Described.model_validate(said)
        except ValidationError as error:
            raise RequestValidationError([{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_url=False)]) from error
        if described.title and len(files) > 1:
            raise invalid("title", "One title cannot be that of several files.")
        with TemporaryDirectory() as folder:
            uploads = [await asyncio.to_thread(_arrived, file, Path(folder) / str(n), described) for n, file in enumerate(files)]
            report = await intake.take_in(uploads)
    if all(one.change == "failed" for one in report.documents):
        raise RequestValidationError(
            [{"type": "unreadable", "loc": ("body", "files", n), "msg": one.reason, "ctx": {}} for n, one in enumerate(report.documents)]
        )
    return report


def _arrived(file: UploadFile, place: Path, described: Described) -> Upload:
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name.replace("\x00", "")
    path = PurePosixPath(name)
    with place.open("wb") as target:
        shutil.copyfileobj(file.file, target)
    said = described.model_dump(exclude={"title"})
    title = described.title or titled(path.stem)
    suffix = path.suffix.lower() if path.suffix[1:].isascii() and path.suffix[1:].isalnum() and len(path.suffix) < 10 else ""
    return Upload(place, suffix, Document(id=slug(path.stem), title=title, representation="original", **said))


@router.delete(
    "/v1/documents/{document_id}",
    operation_id="delete_document",
    summary="Delete an uploaded document",
    status_code=204,
    response_description="Deleted, and not cited from the next question on.",
    responses=documented({status: TAKEN[status] for status in (404, 503)} | {422: "body: The document x was not uploaded."}),
)
async def delete_document(document_id: str, services: ServicesDep, caller: Operator) -> None:
    """Deletes a document that was uploaded, with its file; one of the corpus folder can be held instead."""
    await _intake(services.intake).take_out(_known(document_id))


@router.patch(
    "/v1/documents/{document_id}",
    operation_id="hold_document",
    summary="Hold a document, or cite it again",
    responses={
        200: example({"document_id": examples.DOCUMENT_ID, "state": "held"}),
        **documented(
            {400: "The body is not valid JSON.", 404: TAKEN[404], 413: "The body is larger than the 256 kB that this service reads."}
        ),
        **documented({415: "Send the body as application/json.", 422: "state: Must be cited or held.", 503: "There is no index yet."}),
    },
    openapi_extra=body_examples(hold={"state": "held"}, release={"state": "cited"}),
    dependencies=[JSON_BODY],
)
async def hold_document(document_id: str, body: StateBody, services: ServicesDep, caller: Operator) -> DocumentState:
    """What is held is not cited from the next question on, by any worker, until it is cited again."""
    state = DocumentState.model_validate({"document_id": _known(document_id), "state": body.state})
    await _intake(services.intake).withhold(state)
    return state


def _known(document_id: str) -> str:
    if not re.fullmatch(DOCUMENT_ID_PATTERN, document_id):
        raise NotFound("There is no document with this id.")
    return document_id


def _intake(found: Intake | None) -> Intake:
    if found is None:
        raise NotFound("This service takes no documents.")
    return found
