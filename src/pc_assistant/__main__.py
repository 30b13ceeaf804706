"""`python -m pc_assistant` is the command line."""

from pc_assistant.cli import main

if __name__ == "__main__":  # processes that this one spawns import it again
    main()
