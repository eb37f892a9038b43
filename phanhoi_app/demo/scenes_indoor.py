"""Close and indoor scenes: food, water, papers, counters, markets, a school gate, posters on a wall."""

import math

from PIL import ImageChops, ImageFilter

from phanhoi_app.demo.painter import HEIGHT, WIDTH, Painter, mix
from phanhoi_app.demo.scenes_street import sky, street, tree

WHOLE = [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)]
SKIN = (186, 138, 106)


def table(p: Painter, colour) -> None:
    p.gradient(mix(colour, (255, 255, 255), 0.16), mix(colour, (0, 0, 0), 0.12))
    p.mottle(p.mask(WHOLE), mix(colour, (30, 16, 8), 0.5), mix(colour, (255, 236, 200), 0.35), 420, 9, 0.4)


def food(p: Painter) -> bytes:
    """A steel canteen tray with rice, meat, vegetables and soup that nobody would eat."""
    table(p, p.tint((150, 112, 78), 12))
    p.fill([(130, 140), (1090, 140), (1120, 800), (100, 800)], (20, 16, 14), blur=26, alpha=0.6)
    p.shape([(120, 110), (1080, 110), (1110, 770), (90, 770)], (176, 180, 184))
    p.mottle(
        p.mask([(120, 110), (1080, 110), (1110, 770), (90, 770)]),
        (120, 124, 128),
        (236, 238, 240),
        300,
        40,
        0.5,
    )
    wells = [(330, 280, 190, 130), (780, 270, 240, 120), (300, 590, 180, 140), (790, 580, 270, 160)]
    for x, y, rx, ry in wells:
        p.fill(p.blob(x, y, rx + 12, ry + 12, 0.02, 40), (110, 114, 118), blur=4)
        p.fill(p.blob(x, y, rx, ry, 0.02, 40), (150, 154, 158))
    rice = p.mask(p.blob(790, 585, 250, 138, 0.1), blur=3)
    p.shade(rice, (230, 222, 200))
    p.mottle(rice, (180, 166, 132), (250, 248, 238), 9, 6, 0.8)
    for _ in range(60):
        x, y = p.between(590, 990), p.between(480, 690)
        p.fill(p.blob(x, y, 5, 9, 0.1, 8), (246, 242, 228))
    for _ in range(9):
        x, y = p.between(700, 900), p.between(520, 640)
        p.line(
            [(x, y), (x + p.between(8, 14), y + p.between(-6, 6)), (x + p.between(18, 26), y)],
            (236, 214, 150),
            8,
        )
        p.oval(x, y, 4, 4, (110, 76, 40))
    for _ in range(9):
        x, y = 780 + p.between(-170, 170), 270 + p.between(-70, 70)
        piece = p.mask(p.blob(x, y, p.between(44, 70), p.between(30, 44), 0.25), blur=1)
        p.shade(piece, p.tint((138, 92, 66), 12))
        p.mottle(piece, (86, 62, 44), (156, 160, 112), 22, alpha=0.75)
    for _ in range(70):
        x, y = 330 + p.between(-140, 140), 280 + p.between(-90, 90)
        p.fill(p.blob(x, y, p.between(20, 44), p.between(8, 16), 0.4, 10), p.tint((88, 108, 48), 22))
    soup = p.mask(p.blob(300, 590, 166, 126, 0.02, 40))
    p.shade(soup, (150, 138, 84))
    p.mottle(soup, (112, 104, 60), (198, 188, 132), 60, 40, 0.7)
    for _ in range(14):
        p.oval(
            300 + p.between(-110, 110),
            590 + p.between(-80, 80),
            p.between(3, 12),
            p.between(3, 10),
            (190, 178, 110),
        )
    for _ in range(5):
        x, y = p.between(240, 980), p.between(230, 660)
        p.oval(x, y, 9, 6, (18, 18, 20))
        p.oval(x + 9, y - 3, 4, 4, (26, 18, 18))
        p.oval(x - 6, y - 6, 9, 4, (130, 134, 140))
    return p.finish(1.02, 0.03)


def dirty_water(p: Painter) -> bytes:
    p.gradient((196, 204, 206), (150, 158, 162))
    for i in range(9):
        p.line([(i * 150, 0), (i * 150, 520)], (170, 178, 182), 4)
    for i in range(5):
        p.line([(0, i * 130), (WIDTH, i * 130)], (170, 178, 182), 4)
    p.box(0, 620, WIDTH, HEIGHT, (120, 124, 128))
    p.mottle(
        p.mask([(0, 620), (WIDTH, 620), (WIDTH, HEIGHT), (0, HEIGHT)]),
        (80, 84, 88),
        (176, 180, 184),
        200,
        12,
        0.5,
    )
    p.line([(330, 0), (330, 150), (620, 150), (620, 250)], (140, 144, 148), 64)
    p.line([(316, 0), (316, 138), (610, 138)], (226, 230, 232), 12)
    p.box(582, 230, 658, 276, (156, 160, 164))
    p.box(440, 60, 560, 86, (150, 154, 158))
    p.line([(500, 86), (500, 140)], (150, 154, 158), 26)
    flow = p.mask([(600, 276), (640, 276), (634, 560), (606, 560)], blur=4)
    p.shade(flow, (158, 116, 58), 0.85)
    p.shadow(620, 830, 250, 36, 0.6)
    p.shape([(400, 430), (840, 430), (800, 820), (440, 820)], (214, 220, 222))
    water = [(412, 545), (828, 545), (798, 814), (442, 814)]
    mask = p.mask(water)
    p.shade(mask, (150, 112, 60))
    p.mottle(mask, (104, 72, 36), (190, 152, 92), 90, 60, 0.7)
    p.fill(p.blob(620, 545, 208, 20, 0.02, 40), (176, 136, 78))
    for _ in range(46):
        p.oval(p.between(450, 790), p.between(580, 806), p.between(1, 4), p.between(1, 4), (60, 42, 26))
    sediment = p.mask([(440, 770), (800, 780), (798, 814), (442, 814)], blur=8)
    p.shade(sediment, (70, 48, 28), 0.8)
    p.fill([(440, 450), (466, 450), (490, 800), (470, 800)], (255, 255, 255), blur=6, alpha=0.4)
    p.line([(400, 430), (840, 430)], (236, 240, 242), 6)
    return p.finish(1.0, 0.01)


def sheet(p: Painter, x: float, y: float, width: float, height: float, lean: float, colour=(246, 244, 236)):
    """A sheet of paper; returns a function from (share across, share down) to its points."""

    def at(u: float, v: float) -> tuple[float, float]:
        return x + u * width - v * lean, y + v * height + u * lean * 0.6

    outline = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)]
    p.fill([(a + 14, b + 20) for a, b in outline], (10, 8, 6), blur=16, alpha=0.5)
    p.shape(outline, colour)
    p.mottle(p.mask(outline), mix(colour, (150, 140, 120), 0.3), (255, 255, 252), 260, 180, 0.5)
    return at


def writing(
    p: Painter,
    at,
    top: float,
    bottom: float,
    rows: int,
    left: float = 0.09,
    right: float = 0.91,
    ink=(70, 72, 82),
) -> None:
    """Rows of unreadable words."""
    for row in range(rows):
        v = top + (bottom - top) * row / rows
        u, end = left, right if p.random.random() < 0.75 else p.between(0.4, 0.8)
        while u < end:
            long = p.between(0.025, 0.085)
            p.line([at(u, v), at(min(end, u + long), v)], ink, 5)
            u += long + 0.016


def stamp(p: Painter, x: float, y: float, size: float = 66) -> None:
    ring = p.mask(p.blob(x, y, size, size, 0, 50))
    ring = ImageChops.subtract(ring, p.mask(p.blob(x, y, size - 7, size - 7, 0, 50)))
    ring = ImageChops.add(ring, p.mask(p.blob(x, y, size * 0.3, size * 0.3, 0.35, 10)))
    worn = p.noise(12).point(lambda v: 255 if v > 60 else 110)
    p.shade(ImageChops.multiply(ring, worn), (196, 40, 50), 0.8)


def document(p: Painter) -> bytes:
    table(p, p.tint((124, 88, 60), 14))
    back = sheet(p, p.between(420, 470), 60, 620, 820, -50, (238, 236, 226))
    writing(p, back, 0.1, 0.9, 22)
    at = sheet(p, p.between(230, 290), 70, 620, 840, p.between(30, 60))
    writing(p, at, 0.06, 0.12, 2, 0.08, 0.4)
    writing(p, at, 0.06, 0.12, 2, 0.52, 0.92)
    p.line([at(0.3, 0.2), at(0.72, 0.2)], (50, 50, 60), 12)
    p.line([at(0.38, 0.235), at(0.64, 0.235)], (50, 50, 60), 7)
    writing(p, at, 0.3, 0.72, 12)
    stamp(p, *at(0.66, 0.82))
    x, y = at(0.62, 0.84)
    p.line(
        [(x, y), (x + 40, y - 46), (x + 52, y + 14), (x + 96, y - 30), (x + 116, y + 10), (x + 190, y - 24)],
        (34, 50, 130),
        5,
    )
    p.line([(930, 300), (1090, 700)], (26, 40, 92), 20)
    p.line([(1090, 700), (1102, 732)], (190, 180, 150), 10)
    return p.finish(1.02, 0.03)


def bill(p: Painter) -> bytes:
    table(p, p.tint((158, 146, 130), 14))
    at = sheet(p, p.between(340, 420), 50, 460, 810, p.between(20, 60), (250, 248, 238))
    head = [at(0.06, 0.05), at(0.94, 0.05), at(0.94, 0.13), at(0.06, 0.13)]
    p.shape(head, p.tint(p.random.choice([(30, 76, 150), (20, 120, 130), (190, 60, 40)]), 12))
    writing(p, at, 0.18, 0.34, 5)
    for row in range(9):
        v = 0.38 + row * 0.048
        p.line([at(0.08, v), at(0.92, v)], (176, 176, 176), 2)
        p.line([at(0.1, v + 0.026), at(p.between(0.3, 0.5), v + 0.026)], (80, 80, 90), 6)
        p.line([at(p.between(0.68, 0.78), v + 0.026), at(0.9, v + 0.026)], (80, 80, 90), 6)
    p.line([at(0.5, 0.86), at(0.9, 0.86)], (40, 40, 50), 14)
    u, v = at(0.7, 0.86)
    loop = p.blob(u, v, 130, 46, 0.08, 40)
    p.line([*loop, loop[0], loop[1]], (206, 36, 44), 7)
    p.shadow(1000, 660, 90, 130, 0.4)
    p.box(922, 530, 1078, 750, (44, 44, 48))
    p.box(950, 560, 1050, 600, (160, 190, 160))
    for i in range(12):
        p.box(
            946 + (i % 4) * 28, 622 + (i // 4) * 34, 966 + (i % 4) * 28, 644 + (i // 4) * 34, (200, 200, 204)
        )
    return p.finish(1.0, 0.02)


def person(p: Painter, x: float, base: float, size: float, from_behind: bool = False) -> None:
    """A standing figure without a face, `size` pixels high."""
    s = size / 100
    cloth = p.tint(
        p.random.choice(
            [(60, 84, 130), (150, 60, 56), (84, 112, 84), (190, 176, 150), (110, 84, 120), (210, 206, 200)]
        ),
        14,
    )
    trousers = p.tint(p.random.choice([(44, 46, 56), (84, 74, 62), (56, 66, 92)]), 8)
    p.shadow(x, base, 18 * s, 3 * s, 0.45)
    for side in (-1, 1):
        p.shape(
            [
                (x + side * 1.5 * s, base - 46 * s),
                (x + side * 11 * s, base - 46 * s),
                (x + side * 8 * s, base),
                (x + side * 2 * s, base),
            ],
            trousers,
        )
        p.line(
            [
                (x + side * 12 * s, base - 72 * s),
                (x + side * 15 * s, base - 56 * s),
                (x + side * 13 * s, base - 42 * s),
            ],
            mix(cloth, (0, 0, 0), 0.15),
            5.5 * s,
        )
        p.oval(x + side * 13 * s, base - 40 * s, 2.6 * s, 2.6 * s, SKIN)
    p.fill(
        [
            (x - 12 * s, base - 77 * s),
            (x - 4 * s, base - 81 * s),
            (x + 4 * s, base - 81 * s),
            (x + 12 * s, base - 77 * s),
            (x + 11 * s, base - 44 * s),
            (x - 11 * s, base - 44 * s),
        ],
        cloth,
        blur=1,
    )
    p.box(x - 2.6 * s, base - 86 * s, x + 2.6 * s, base - 79 * s, mix(SKIN, (0, 0, 0), 0.15))
    p.oval(x, base - 91 * s, 6.4 * s, 8 * s, SKIN)
    hair = p.tint((30, 26, 26), 6) if p.random.random() < 0.75 else (170, 168, 164)
    p.fill(
        p.blob(x, base - (92 if from_behind else 96) * s, 7 * s, (8.5 if from_behind else 5) * s, 0.06), hair
    )


def queue(p: Painter) -> bytes:
    p.gradient((226, 228, 220), (196, 200, 196), 0, 560)
    floor = [(0, 560), (WIDTH, 560), (WIDTH, HEIGHT), (0, HEIGHT)]
    p.shape(floor, (184, 178, 166))
    for i in range(-12, 13):
        p.line([(600 + i * 70, 560), (600 + i * 230, HEIGHT)], (158, 152, 142), 2)
    for y in (590, 640, 710, 800):
        p.line([(0, y), (WIDTH, y)], (158, 152, 142), 2)
    p.box(0, 70, WIDTH, 150, p.tint((150, 40, 40), 10))
    for i in range(4):
        x = 70 + i * 290
        p.box(x, 190, x + 230, 400, (120, 146, 158))
        p.box(x + 8, 198, x + 222, 392, (176, 200, 208))
        p.box(x + 76, 158, x + 154, 186, (24, 24, 26))
        p.line([(x + 96, 172), (x + 134, 172)], (240, 60, 40), 8)
        if i != 2:
            person(p, x + 115, 470, 240)
    p.box(0, 400, WIDTH, 560, (140, 98, 66))
    p.mottle(
        p.mask([(0, 400), (WIDTH, 400), (WIDTH, 560), (0, 560)]), (96, 64, 42), (176, 130, 92), 300, 10, 0.5
    )
    p.box(0, 392, WIDTH, 412, (206, 200, 190))
    crowd = sorted(((p.between(620, 880), p.between(30, 1170)) for _ in range(17)), key=lambda spot: spot[0])
    for base, x in crowd:
        person(p, x, base, 190 + (base - 600) * 0.9, True)
    return p.finish(1.02, 0.01)


def adverts(p: Painter) -> bytes:
    wall = p.tint((186, 176, 150), 12)
    p.gradient(wall, mix(wall, (0, 0, 0), 0.15))
    p.mottle(p.mask(WHOLE), mix(wall, (60, 50, 40), 0.6), mix(wall, (255, 255, 250), 0.5), 150, 220, 0.45)
    p.mottle(p.mask(WHOLE), (90, 84, 70), (240, 234, 220), 7, alpha=0.25)
    for _ in range(20):
        x, y, width = p.between(-30, 1080), p.between(-20, 720), p.between(130, 260)
        at = sheet(
            p,
            x,
            y,
            width,
            width * p.between(0.7, 1.4),
            p.between(-22, 22),
            p.tint(p.random.choice([(250, 248, 240), (250, 226, 90), (236, 120, 110), (150, 206, 236)]), 10),
        )
        ink = p.random.choice([(180, 30, 40), (30, 40, 140), (30, 30, 34)])
        p.line([at(0.12, 0.2), at(0.88, 0.2)], ink, width / 9)
        writing(p, at, 0.4, 0.7, 2, 0.12, 0.88, ink)
        p.line([at(0.16, 0.84), at(0.84, 0.84)], ink, width / 14)
    for _ in range(6):
        x, y = p.between(60, 800), p.between(80, 820)
        for i in range(9):
            p.box(x + i * 34, y, x + i * 34 + 22, y + p.between(26, 40), (40, 60, 130))
    p.box(880, 0, 990, HEIGHT, (140, 138, 132))
    p.mottle(
        p.mask([(880, 0), (990, 0), (990, HEIGHT), (880, HEIGHT)]),
        (96, 94, 90),
        (196, 194, 188),
        30,
        120,
        0.6,
    )
    for y in (150, 400, 640):
        at = sheet(p, 884, y, 100, 130, p.between(-6, 6), (250, 246, 230))
        writing(p, at, 0.2, 0.8, 5, ink=(180, 30, 40))
    return p.finish(1.0, 0.02)


def market_stall(p: Painter) -> bytes:
    street(p, poor=True)
    for x, base, size in ((150, 640, 0.7), (1020, 650, 0.75), (330, 780, 1.1), (860, 800, 1.15)):
        tone = p.random.choice([(40, 100, 170), (196, 60, 50), (40, 130, 80), (220, 160, 50)])
        p.line([(x, base), (x, base - 330 * size)], (150, 150, 146), 8 * size)
        for fold in range(8):
            a, b = -190 + fold * 47.5, -190 + (fold + 1) * 47.5
            p.shape(
                [
                    (x, base - 380 * size),
                    (x + a * size, base - 250 * size),
                    (x + b * size, base - 250 * size),
                ],
                tone if fold % 2 else mix(tone, (255, 255, 255), 0.7),
            )
        p.shadow(x, base, 200 * size, 22 * size)
        p.box(x - 170 * size, base - 70 * size, x + 170 * size, base, (120, 92, 66))
        for _ in range(70):
            p.oval(
                x + p.between(-160, 160) * size,
                base - p.between(66, 100) * size,
                15 * size,
                12 * size,
                p.tint(p.random.choice([(210, 60, 40), (230, 160, 40), (90, 150, 60), (130, 170, 70)]), 18),
            )
    for x, base in ((480, 640), (560, 700), (660, 660), (720, 740), (600, 840)):
        person(p, x, base, 150 + (base - 600) * 0.8)
    return p.finish(1.02, 0.02)


def school_gate(p: Painter) -> bytes:
    sky(p, False, 570)
    p.box(120, 150, 1080, 560, (232, 206, 128))
    p.box(100, 130, 1100, 160, (176, 74, 54))
    for floor in range(3):
        for window in range(9):
            x, y = 150 + window * 104, 190 + floor * 126
            p.box(x, y, x + 72, y + 78, (84, 112, 124))
            p.line([(x + 36, y), (x + 36, y + 78)], (236, 226, 196), 5)
        p.box(120, 280 + floor * 126, 1080, 290 + floor * 126, (246, 236, 200))
    p.line([(600, 130), (600, 20)], (150, 150, 150), 6)
    p.box(604, 22, 694, 82, (214, 30, 36))
    star = [
        (649 + reach * math.sin(i * math.pi / 5), 52 - reach * math.cos(i * math.pi / 5))
        for i, reach in enumerate((18, 7) * 5)
    ]
    p.shape(star, (255, 222, 40))
    yard = [(0, 560), (WIDTH, 560), (WIDTH, HEIGHT), (0, HEIGHT)]
    p.shape(yard, (170, 160, 146))
    p.mottle(p.mask(yard), (126, 116, 102), (206, 198, 186), 60, 16, 0.6)
    for x in (60, 1140):
        tree(p, x, 600, 430)
    for x in (180, 1020):
        p.box(x - 46, 330, x + 46, 700, (206, 152, 96))
        p.box(x - 56, 310, x + 56, 334, (150, 66, 50))
    p.box(134, 250, 1066, 316, p.tint((30, 80, 150), 10))
    for i in range(15):
        p.box(240 + i * 50, 270, 240 + i * 50 + p.between(20, 38), 298, (246, 240, 226))
    for i in range(26):
        x = 230 + i * 15 if i < 13 else 790 + (i - 13) * 15
        p.line([(x, 430), (x, 700)], (70, 78, 90), 5)
    for x, base in ((420, 780), (520, 740), (610, 790), (720, 760), (830, 800), (330, 820)):
        person(p, x, base, 150 + (base - 700), p.random.random() < 0.5)
    p.image = p.image.filter(ImageFilter.SMOOTH)
    return p.finish(1.02, 0.02)
