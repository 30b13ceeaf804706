"""What every channel shares, the pages and the bots: the words, an answer as blocks, questions cleaned, exchanges kept."""
