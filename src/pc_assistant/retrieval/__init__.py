"""Question to ranked passages: dense, lexical and prompted scores over the same chunks, fused; selection keeps the rejected."""
