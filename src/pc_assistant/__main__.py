"""`python -m pc_assistant` is the command line."""

from pc_assistant.cli import main

main()
