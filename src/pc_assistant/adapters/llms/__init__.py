"""Language models: one port (`domain.ports.LanguageModel`), LangChain's chat models behind it.

A provider is one entry of the table in `providers.py`; its package is imported only when it is chosen. The smallest complete one:

    "example": Provider(langchain="example", package="langchain-example", extra="example", key_variable="EXAMPLE_API_KEY"),
"""
