"""The pages and the JSON API of `sovang serve`: who may call what, what is shown, and how it looks.

What a decision does stands in `pipeline.review`; nothing here writes SQL.
"""
