"""The write path: catalogue, sections, chunking, indexing. Pure functions over text; files and models are at the edge."""
