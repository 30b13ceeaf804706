"""Numbered migrations of the conversations' database; stored data changes through a new one only, never by editing an old one."""
