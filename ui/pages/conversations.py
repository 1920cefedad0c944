"""What Ask does with the conversations that are kept: it keeps its own, and opens them again."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from ui.conversation_store import ConversationError, ConversationStore, UnknownConversation
from ui.conversations import Conversation
from ui.sources import log_failure
from ui.texts import Texts

_log = logging.getLogger(__name__)
_MOST_ID = 40


@dataclass(frozen=True, slots=True)
class Keeper:
    """The conversations of one person. Whatever fails in keeping them never costs an answer."""

    store: ConversationStore
    person_id: str

    def keep(self, conversation: Conversation, texts: Texts) -> tuple[Conversation, str]:
        """Return the conversation as it is kept, and "", or a line to say where it could not be; the log says why."""
        try:
            return self.store.save(self.person_id, conversation), ""
        except ConversationError as error:
            _log.warning("a conversation is not kept: %s", error)
        except Exception as error:
            log_failure("keeping a conversation", error)
        return conversation, texts.conversations.not_kept

    def open(self, conversation_id: object, texts: Texts) -> tuple[Conversation | None, str]:
        """Return a conversation that was kept, as far as a page shows it, and ""; or None, and a line that says why."""
        if not isinstance(conversation_id, str) or len(conversation_id) > _MOST_ID:
            return None, texts.conversations.not_found
        try:
            return self.store.read(self.person_id, conversation_id).newest(), ""
        except UnknownConversation:
            return None, texts.conversations.not_found
        except ConversationError as error:
            _log.warning("a conversation cannot be opened: %s", error)
        return None, texts.conversations.unavailable
