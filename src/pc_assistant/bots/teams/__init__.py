"""Microsoft Teams: what is said (`text`, `cards`, `message`: pure, plain JSON), who may say something (`arrival`, `tokens`), and the bot.

Only `sdk` imports the Teams SDK, which takes seconds and megabytes, and only `tokens` and `wire` import `sdk`.
"""
