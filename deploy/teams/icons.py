"""Draws the two icons of the Teams app: three organisations, joined. Plain shapes, nobody's logo.

python deploy/teams/icons.py
"""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent
ACCENT = (0x1F, 0x4E, 0x5F, 255)
WHITE = (255, 255, 255, 255)
CLEAR = (255, 255, 255, 0)
FINER = 8  # drawn larger and made smaller, so that edges are smooth
CORNERS = ((0.5, 0.2), (0.2, 0.76), (0.8, 0.76))  # parts of the drawing's side


def draw(side: int, drawn: int, ground: tuple[int, int, int, int]) -> Image.Image:
    """A square of `side` pixels with a drawing of `drawn` pixels in its middle."""
    whole = side * FINER
    mask = Image.new("L", (whole, whole), 0)
    pen = ImageDraw.Draw(mask)
    start, length = (side - drawn) / 2 * FINER, drawn * FINER
    points = [(start + x * length, start + y * length) for x, y in CORNERS]
    pen.line([*points, points[0]], fill=255, width=round(length * 0.07), joint="curve")
    for x, y in points:
        radius = length * 0.18
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    picture = Image.new("RGBA", (side, side), ground)
    picture.paste(Image.new("RGBA", (side, side), WHITE), mask=mask.resize((side, side), Image.Resampling.LANCZOS))
    return picture


def icons() -> dict[str, Image.Image]:
    """The icon in colours, whose drawing stays in the 120 pixels that are never cut, and the white outline."""
    return {"color.png": draw(192, 120, ACCENT).convert("RGB"), "outline.png": draw(32, 30, CLEAR)}


def main() -> None:
    """Writes both."""
    for name, picture in icons().items():
        picture.save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
