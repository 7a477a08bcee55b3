"""The search index: files derived from the catalogue, one copy a machine, one writer, many readers.

Read through `catalog.selectors`, written by `catalog.services.search_index`. Without it the database answers.
"""
