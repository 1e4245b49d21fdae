"""Demo data of chat: a dozen people, their conversations, and what some of them have not read yet."""
