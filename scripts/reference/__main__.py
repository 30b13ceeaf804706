"""`python -m scripts.reference`."""

from scripts.reference import write

print("\n".join(f"docs/reference/{name} is written." for name in write()) or "The pages of docs/reference are in step.")
