"""What answering costs, measured in one run on one machine and told as ratios: `python -m bench`.

Nothing here is imported by the service. Each part is one file with a function that returns `Part`s; `run.py` holds the list.
"""
