"""Slack played on this machine: its Web API, a workspace with two people, and a page to chat in; for trying and for testing.

Nothing of the real Slack is needed: the adapter under it is the real one, and what it is sent is really signed.
"""
