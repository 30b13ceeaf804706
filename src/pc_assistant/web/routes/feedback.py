"""What people say of answers."""

from fastapi import APIRouter

from pc_assistant.channels.keeping import keep_feedback
from pc_assistant.domain.conversations import Feedback
from pc_assistant.web import examples
from pc_assistant.web.access import Reader
from pc_assistant.web.bodies import FeedbackRequest
from pc_assistant.web.deps import JSON_BODY, ServicesDep
from pc_assistant.web.openapi import body_examples, example
from pc_assistant.web.problems import documented

router = APIRouter(tags=["conversations"])

ERRORS = documented(
    {
        400: "The body is not valid JSON: it goes wrong after 12 characters.",
        404: "There is no answer with this id.",
        413: "The body is larger than the 256 kB that this service reads.",
        415: "Send the body as application/json.",
        422: "rating: Must be one of 'up' or 'down'.",
    }
)


@router.post(
    "/v1/feedback",
    operation_id="give_feedback",
    summary="Say whether an answer was good",
    status_code=201,
    response_description="Kept, as shown.",
    responses={201: example(examples.FEEDBACK), **ERRORS},
    openapi_extra=body_examples(feedback=examples.FEEDBACK_REQUEST),
    dependencies=[JSON_BODY],
)
async def give_feedback(body: FeedbackRequest, services: ServicesDep, caller: Reader) -> Feedback:
    """Keeps what a person says of one answer; said twice, both are kept."""
    reasons = tuple(dict.fromkeys(body.reasons))
    feedback = Feedback(answer_id=body.answer_id, rating=body.rating, comment=body.comment, reasons=reasons)
    return await keep_feedback(feedback, services.conversations, services.now())
