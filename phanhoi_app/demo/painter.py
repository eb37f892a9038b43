"""Brushes for the demo's pictures: gradients, soft shapes, mottled surfaces, the look of a phone camera."""

import io
import math
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 900  # pixels
MAX_BYTES = 150_000  # of a finished picture

Colour = tuple[int, int, int]
Point = tuple[float, float]


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Return the colour `share` (0 to 1) of the way from `a` to `b`."""
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


class Painter:
    """A canvas of 1200 by 900 pixels; every stroke depends on the seed alone."""

    def __init__(self, seed: int):
        self.random = Random(seed)  # noqa: S311 - pictures, not secrets
        self.image = Image.new("RGB", (WIDTH, HEIGHT))

    # chance

    def between(self, low: float, high: float) -> float:
        return self.random.uniform(low, high)

    def tint(self, colour: Colour, spread: int = 10) -> Colour:
        """Return `colour` moved a little, each channel by at most `spread`."""
        return tuple(max(0, min(255, x + self.random.randint(-spread, spread))) for x in colour)  # type: ignore[return-value]

    def blob(
        self, x: float, y: float, rx: float, ry: float, rough: float = 0.18, corners: int = 26
    ) -> list[Point]:
        """Return the outline of an irregular ellipse."""
        waves = [(self.between(0, 6.3), self.between(0.3, 1)) for _ in range(4)]
        points = []
        for i in range(corners):
            angle = 2 * math.pi * i / corners
            bump = sum(size * math.sin((k + 2) * angle + phase) for k, (phase, size) in enumerate(waves)) / 4
            reach = 1 + rough * bump + self.between(-rough, rough) / 5
            points.append((x + rx * reach * math.cos(angle), y + ry * reach * math.sin(angle)))
        return points

    # masks: 8-bit images, white where paint goes

    def mask(self, *outlines: list[Point], blur: float = 0) -> Image.Image:
        mask = Image.new("L", (WIDTH, HEIGHT))
        draw = ImageDraw.Draw(mask)
        for outline in outlines:
            draw.polygon(outline, fill=255)
        return mask.filter(ImageFilter.GaussianBlur(blur)) if blur else mask

    def noise(
        self, cell: int, cell_y: int | None = None, width: int = WIDTH, height: int = HEIGHT
    ) -> Image.Image:
        """Return smooth grey clouds whose spots are about `cell` pixels wide (and `cell_y` high)."""
        columns, rows = width // cell + 3, height // (cell_y or cell) + 3
        grey = Image.frombytes("L", (columns, rows), self.random.randbytes(columns * rows))
        return grey.resize((width, height), Image.Resampling.BICUBIC)

    # paint

    def gradient(self, top: Colour, bottom: Colour, y0: int = 0, y1: int = HEIGHT) -> None:
        strip = Image.linear_gradient("L").resize((WIDTH, max(1, y1 - y0)))
        self.image.paste(
            Image.composite(Image.new("RGB", strip.size, bottom), Image.new("RGB", strip.size, top), strip),
            (0, y0),
        )

    def fill(self, outline: list[Point], colour: Colour, blur: float = 0, alpha: float = 1) -> None:
        """Paint one outline. Only its own corner of the canvas is touched, which keeps small marks cheap."""
        margin = int(blur * 3) + 2
        x0, y0 = (max(0, math.floor(min(p[axis] for p in outline)) - margin) for axis in (0, 1))
        x1 = min(WIDTH, math.ceil(max(x for x, _ in outline)) + margin)
        y1 = min(HEIGHT, math.ceil(max(y for _, y in outline)) + margin)
        if x0 >= x1 or y0 >= y1:
            return
        mask = Image.new("L", (x1 - x0, y1 - y0))
        ImageDraw.Draw(mask).polygon([(x - x0, y - y0) for x, y in outline], fill=round(255 * alpha))
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur))
        self.image.paste(colour, (x0, y0, x1, y1), mask)

    def shade(self, mask: Image.Image, colour: Colour, alpha: float = 1) -> None:
        """Paint one colour through a mask."""
        area = mask.getbbox()
        if area:
            part = mask.crop(area)
            self.image.paste(colour, area, part.point(lambda v: int(v * alpha)) if alpha < 1 else part)

    def box(
        self, x0: float, y0: float, x1: float, y1: float, colour: Colour, outline: Colour | None = None
    ) -> None:
        ImageDraw.Draw(self.image).rectangle((x0, y0, max(x0, x1), max(y0, y1)), fill=colour, outline=outline)

    def oval(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        ImageDraw.Draw(self.image).ellipse((x - rx, y - ry, x + rx, y + ry), fill=colour)

    def shape(self, points: list[Point], colour: Colour) -> None:
        ImageDraw.Draw(self.image).polygon(points, fill=colour)

    def line(self, points: list[Point], colour: Colour, width: float = 3) -> None:
        ImageDraw.Draw(self.image).line(points, fill=colour, width=max(1, round(width)), joint="curve")

    def wire(self, a: Point, b: Point, sag: float, colour: Colour = (28, 28, 32), width: float = 3) -> None:
        """Draw a hanging cable."""
        steps = 24
        points = []
        for i in range(steps + 1):
            t = i / steps
            points.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t + sag * 4 * t * (1 - t)))
        self.line(points, colour, width)

    def mottle(
        self,
        mask: Image.Image,
        dark: Colour,
        light: Colour,
        cell: int,
        cell_y: int | None = None,
        alpha: float = 0.5,
    ) -> None:
        """Cloud a surface with two colours, as asphalt, soil, plaster or leaves are."""
        area = mask.getbbox()
        if not area:
            return
        clouds = self.noise(cell, cell_y, area[2] - area[0], area[3] - area[1])
        texture = Image.composite(
            Image.new("RGB", clouds.size, light), Image.new("RGB", clouds.size, dark), clouds
        )
        self.image.paste(texture, area, mask.crop(area).point(lambda v: int(v * alpha)))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1) -> None:
        """Add light around a point."""
        size = max(2, int(radius * 2))
        fade = (
            Image.radial_gradient("L")
            .resize((size, size))
            .point(lambda v: int(max(0, 1 - v / 180) ** 2 * 255 * strength))
        )
        corner = (int(x - radius), int(y - radius))
        part = self.image.crop((*corner, corner[0] + size, corner[1] + size))
        light = Image.composite(Image.new("RGB", part.size, colour), Image.new("RGB", part.size), fade)
        self.image.paste(ImageChops.screen(part, light), corner)

    def shadow(self, x: float, y: float, rx: float, ry: float, alpha: float = 0.4) -> None:
        self.fill(self.blob(x, y, rx, ry, 0.03), (15, 15, 20), blur=max(4, ry / 3), alpha=alpha)

    # the camera

    def finish(self, brightness: float = 1, warmth: float = 0, quality: int = 82) -> bytes:
        """Soften, vignette and grain the picture as a phone would; return it as a JPEG."""
        image = self.image.filter(ImageFilter.GaussianBlur(0.9))
        edge = Image.radial_gradient("L").resize((WIDTH, HEIGHT)).point(lambda v: max(0, v - 90) // 2)
        image = Image.composite(Image.new("RGB", image.size, (8, 10, 14)), image, edge)
        grain = Image.frombytes("L", (WIDTH // 2, HEIGHT // 2), self.random.randbytes(WIDTH * HEIGHT // 4))
        grain = grain.point(lambda v: 120 + v // 16).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
        image = ImageChops.overlay(image, Image.merge("RGB", (grain, grain, grain)))
        if brightness != 1 or warmth:
            scale = (brightness * (1 + warmth), brightness, brightness * (1 - warmth))
            image = image.point([min(255, int(v * s)) for s in scale for v in range(256)])
        while True:
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=quality, optimize=True)
            if buffer.tell() < MAX_BYTES or quality <= 40:
                return buffer.getvalue()
            quality -= 8
