"""The library: what is held, and the text of it."""

from fastapi import APIRouter, Depends

from pc_assistant.channels.holdings import entry, passage, whole
from pc_assistant.domain.access import Role
from pc_assistant.domain.library import DocumentList, DocumentText, PassageText
from pc_assistant.web import examples
from pc_assistant.web.access import Needs
from pc_assistant.web.deps import ServicesDep
from pc_assistant.web.openapi import example
from pc_assistant.web.problems import documented

router = APIRouter(tags=["library"], dependencies=[Depends(Needs(Role.GUEST))])

NOT_READY = {503: "There is no index yet: run `pc-assistant ingest`."}


@router.get(
    "/v1/documents",
    operation_id="list_documents",
    summary="List the documents",
    responses={200: example(examples.DOCUMENT_LIST), **documented(NOT_READY)},
)
async def list_documents(services: ServicesDep) -> DocumentList:
    """Every document that can be cited now, in the order of authority."""
    library = services.library
    return DocumentList(corpus_version=library.version(), documents=tuple(entry(held) for held in library.documents()))


@router.get(
    "/v1/documents/{document_id}",
    operation_id="read_document",
    summary="Read one document",
    responses={200: example(examples.DOCUMENT), **documented({404: "There is no document with this id."} | NOT_READY)},
)
async def read_document(document_id: str, services: ServicesDep) -> DocumentText:
    """A document with its sections, their text and the ids of their passages."""
    return whole(services.library.document(document_id))


@router.get(
    "/v1/passages/{passage_id}",
    operation_id="read_passage",
    summary="Read one passage",
    responses={200: example(examples.PASSAGE), **documented({404: "There is no passage with this id."} | NOT_READY)},
)
async def read_passage(passage_id: str, services: ServicesDep) -> PassageText:
    """A passage as it is cited: every quote from it is found in its text."""
    chunk = services.library.passage(passage_id)
    return passage(chunk, services.library.document(chunk.document_id).document)
