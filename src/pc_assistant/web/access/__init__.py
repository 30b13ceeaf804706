"""Who may ask: the gate that finds out who it is, and the roles that routes ask for."""

from pc_assistant.web.access.gate import Access, Gate
from pc_assistant.web.access.roles import Admin, Guest, Needs, Operator, Reader

__all__ = ["Access", "Admin", "Gate", "Guest", "Needs", "Operator", "Reader"]
