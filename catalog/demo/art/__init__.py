"""Motifs and product pictures, drawn by code.

Everything is a pure function of family, palette and seed: the same words give
the same bytes with the pinned Pillow. No fonts, no files, no network.

    motifs/     one rule a module: the flat drawing
    things/     what a drawing is put on: frame, mug, cushion, tote, pots
    products/   the photographs: a thing in its place, under one light
    render.py   from a PictureSpec to a JPEG, one or many at a time
"""
