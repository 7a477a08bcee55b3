"""From a description to a JPEG, one or many at a time."""

import io
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from multiprocessing import get_context

from catalog.demo.art.products import KINDS
from catalog.demo.art.spec import PictureSpec


def render_picture(spec: PictureSpec) -> bytes:
    """The picture as JPEG: the same bytes for the same description, on every machine."""
    picture = KINDS[spec.kind](spec)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=spec.quality, optimize=True)
    return file.getvalue()


def render_many(specs: Iterable[PictureSpec], workers: int = 0) -> Iterator[tuple[PictureSpec, bytes]]:
    """All of them, in their order, over that many processes (0: as many as there are cores).

    Neighbours that show the same drawing are done by one worker, which keeps the drawing. Workers
    are new processes and inherit nothing, such as a connection to a database.
    """
    groups = [list(group) for _, group in groupby(specs, key=lambda spec: spec.drawing)]
    workers = workers or os.cpu_count() or 1
    if workers == 1 or len(groups) == 1:
        for group in groups:
            yield from _rendered(group)
        return
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        for done in pool.map(_rendered, groups):
            yield from done


def _rendered(specs: list[PictureSpec]) -> list[tuple[PictureSpec, bytes]]:
    return [(spec, render_picture(spec)) for spec in specs]
