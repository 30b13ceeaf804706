"""Regression testing of answers: ask every case, score what was recorded, compare, and block what got worse."""
