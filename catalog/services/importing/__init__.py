"""Bringing in goods from other shops' files.

rows      the file, line by line, as records or as reasons why a line cannot be read
columns   what each column means, by its old and its new name
grouping  the records of one product together, wherever in the file they stand
values    one cell's text as a price, a number, a yes or no
parse     a product's records as a product, with a remark on every line that cannot be used
existing  what the shop has of it
plan      the difference
apply     the difference, written: one unit a product
run       all of it, in batches
pictures  the pictures the file names, fetched
"""
