"""What the web application is put together from."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.feedback_store import FeedbackStore
from corpus.originals import Originals
from indexing.hits import Retriever
from indexing.intake import Intake
from ui.api.routes import Shelf
from ui.api.tokens import Tokens
from ui.conversation_store import ConversationStore
from ui.conversations import Answering
from ui.people.identifying import Identify, identify_visitor
from ui.people.signing_in import SignIn


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts, built by `ui.commands.serve` and, smaller, by tests.

    `assistant` answers from several threads at once; `conversations` keeps what each person has asked; `tokens` are
    those of the API's clients, and without any only programs on this machine may use the API; `identify` tells whose
    request it is; `sign_in` lets people in where they sign in here; `intake` changes the documents, which without one
    can only be listed; `feedback` keeps what people say of answers, and without one nothing can be said; `originals`
    shows the files that the documents were read from, and without one only their text is shown.
    """

    assistant: Answering
    library: Shelf
    retriever: Retriever
    conversations: ConversationStore
    tokens: Tokens | None = None
    identify: Identify = identify_visitor
    intake: Intake | None = None
    sign_in: SignIn | None = None
    feedback: FeedbackStore | None = None
    originals: Originals | None = None
