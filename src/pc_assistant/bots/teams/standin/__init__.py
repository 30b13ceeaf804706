"""A stand-in for Microsoft Teams on this machine: an issuer of tokens, the service that takes messages, and a page on which to chat.

Tests speak to the bot through it, and so can a person, without any account: `pc-assistant dev teams`.
"""
