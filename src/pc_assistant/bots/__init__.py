"""Chat platforms as channels: a message of theirs becomes a question, an answer becomes a message of theirs."""
