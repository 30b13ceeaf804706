"""A typed client of the service, for programs that ask it: `Client` waits, `AsyncClient` is awaited; both do the same.

with Client("http://127.0.0.1:8000") as client:
    answer = client.ask("Which of WYAAT's decisions are mandatory?")
"""

from pc_assistant.client.asynchronous import AsyncClient
from pc_assistant.client.events import Delta, Event, Progress
from pc_assistant.client.synchronous import Client

__all__ = ["AsyncClient", "Client", "Delta", "Event", "Progress"]
