"""Pages of PDFs as pictures, by PDFium in a process of its own: the files are not ours."""

import asyncio
import hashlib
import io
import os
import resource
from collections import OrderedDict
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from pc_assistant.adapters.loaders.isolated import bound
from pc_assistant.adapters.loaders.limits import Limits
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.holdings import PrintedFile
from pc_assistant.domain.ports import PageImage

OURS = "pc_assistant.adapters.printing"
WIDTH = 1_200
MOST_PIXELS = 6_000_000
LARGEST = 20_000_000
RENDERING = Limits(seconds=30, memory_bytes=1_500_000_000)


class PdfPages:
    """Draws pages and keeps the last ones drawn; few are drawn at a time, each within `limits`."""

    def __init__(self, limits: Limits = RENDERING, kept: int = 64, at_once: int = 2) -> None:
        self._limits = limits
        self._most = kept
        self._kept: OrderedDict[tuple[str, int], PageImage] = OrderedDict()
        self._turns = asyncio.Semaphore(at_once)

    async def draw(self, file: PrintedFile, number: int) -> PageImage:
        """A page, from 1, as PNG. Raises NotFound where there is no such page, or the file is not any more what was read."""
        place = (file.sha256, number)
        async with self._turns:
            if place not in self._kept:
                self._kept[place] = await asyncio.to_thread(self._draw, file, number)
            self._kept.move_to_end(place)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[place]

    def _draw(self, file: PrintedFile, number: int) -> PageImage:
        context = get_context("forkserver")
        context.set_forkserver_preload([OURS, "pypdfium2"])
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_render, args=(theirs, file.path, file.sha256, number, self._limits), daemon=True)
        with ours:
            process.start()
            theirs.close()
            try:
                if ours.poll(self._limits.seconds):
                    width, height, pages, png = ours.recv_bytes(LARGEST).split(b"\n", 3)
                    return PageImage(png, float(width), float(height), int(pages))
            except (EOFError, OSError, ValueError) as error:
                raise NotFound(
                    f"Page {number} of this document cannot be shown: the file is not there any more, or not as it was read."
                ) from error
            finally:
                process.kill()
                process.join()
                process.close()
        raise NotFound(f"Page {number} of this document cannot be shown: it takes too long to draw.")


def _render(answers: Connection, path: str, sha256: str, number: int, limits: Limits) -> None:
    """The process: says width and height in points, how many pages there are and the picture, or ends without a word."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    bound(resource.RLIMIT_CORE, 0)
    bound(resource.RLIMIT_AS, limits.memory_bytes)
    bound(resource.RLIMIT_CPU, int(limits.seconds) + 1)
    from pypdfium2 import PdfDocument

    data = Path(path).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        return
    document = PdfDocument(data)
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(WIDTH / width, (MOST_PIXELS / (width * height)) ** 0.5)
    out = io.BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(out, "PNG")
    answers.send_bytes(b"%f\n%f\n%d\n" % (width, height, len(document)) + out.getvalue())
