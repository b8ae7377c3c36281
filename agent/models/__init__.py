"""Core-model back-ends behind LangChain's BaseChatModel."""
