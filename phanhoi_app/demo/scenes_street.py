"""Street scenes: holes and repairs in a road, floods, lamps by night; and the street other scenes stand in."""

import math

from PIL import Image, ImageChops

from phanhoi_app.demo.painter import HEIGHT, WIDTH, Painter, mix

HORIZON = 360
PASTELS = [
    (232, 214, 170),
    (196, 214, 206),
    (222, 186, 160),
    (206, 206, 214),
    (238, 226, 200),
    (180, 200, 216),
]


def sky(p: Painter, grey: bool = False, horizon: int = HORIZON) -> None:
    if grey:
        p.gradient(p.tint((150, 158, 168)), p.tint((206, 208, 208)), 0, horizon)
    else:
        p.gradient(p.tint((96, 152, 204)), p.tint((212, 226, 232)), 0, horizon)
    band = p.mask([(0, 0), (WIDTH, 0), (WIDTH, horizon - 40), (0, horizon - 40)], blur=40)
    clouds = p.noise(260, 90).point(lambda v: max(0, v - 140) * 2)
    p.shade(ImageChops.multiply(band, clouds), (246, 246, 244), 0.75)


def tree(p: Painter, x: float, base: float, size: float, leaf=(52, 96, 48)) -> None:
    """A street tree `size` pixels high, standing at (x, base)."""
    p.shadow(x + size * 0.1, base, size * 0.3, size * 0.05)
    p.shape(
        [
            (x - size * 0.035, base),
            (x - size * 0.02, base - size * 0.6),
            (x + size * 0.02, base - size * 0.6),
            (x + size * 0.04, base),
        ],
        (84, 66, 52),
    )
    crown = [
        p.blob(
            x + p.between(-0.22, 0.22) * size,
            base - size * p.between(0.58, 0.88),
            size * 0.2,
            size * 0.16,
            0.3,
        )
        for _ in range(7)
    ]
    mask = p.mask(*crown, blur=2)
    p.shade(mask, p.tint(leaf))
    p.mottle(mask, mix(leaf, (10, 24, 10), 0.6), mix(leaf, (170, 200, 110), 0.5), 14, alpha=0.75)


def houses(p: Painter, side: int, vanish: float, tall: float = 1.0) -> None:
    """A row of narrow houses running to the vanishing point; `side` is -1 for left, 1 for right."""
    edge = 0 if side < 0 else WIDTH

    def at(share: float, height: float) -> tuple[float, float]:
        # share 1 = at the picture's edge, 0 = at the vanishing point
        return vanish + (edge - vanish) * share, HORIZON + share * (190 - height)

    near = 1.15
    while near > 0.12:
        far = max(0.1, near * p.between(0.74, 0.82))
        height = p.between(430, 700) * tall
        wall = p.tint(p.random.choice(PASTELS), 14)
        quad = [at(near, 0), at(near, height), at(far, height), at(far, 0)]
        p.shape(quad, mix(wall, (60, 62, 70), 0.12 if side < 0 else 0.28))
        p.mottle(p.mask(quad), mix(wall, (60, 50, 40), 0.4), mix(wall, (255, 255, 255), 0.3), 60, 120, 0.28)
        span = near - far
        floors = max(2, round(height / 190))
        for floor in range(floors):
            low, high = (floor + 0.16) / floors * height, (floor + 0.78) / floors * height
            a, b = near - span * 0.16, far + span * 0.16
            if floor == 0:
                door = [at(a, 0), at(a, high), at(b, high), at(b, 0)]
                p.shape(door, p.tint((74, 78, 84), 18))
                awning = [
                    at(near, high * 1.02),
                    at(near, high * 1.22),
                    at(far, high * 1.22),
                    at(far, high * 1.02),
                ]
                p.shape(
                    awning,
                    p.tint(
                        p.random.choice([(178, 52, 44), (36, 92, 150), (34, 120, 84), (214, 160, 40)]), 12
                    ),
                )
                continue
            p.shape([at(a, low), at(a, high), at(b, high), at(b, low)], p.tint((66, 84, 98), 14))
            middle = (a + b) / 2
            p.line([at(middle, low), at(middle, high)], mix(wall, (255, 255, 255), 0.5), 3 * near)
            p.line([at(near, low - 8), at(far, low - 8)], mix(wall, (40, 40, 40), 0.35), 7 * near)
        p.line([at(near, height), at(far, height)], mix(wall, (40, 36, 34), 0.5), 8 * near)
        near = far


def street(p: Painter, grey: bool = False, poor: bool = False) -> float:
    """A street seen along its axis; returns the x of the vanishing point."""
    vanish = p.between(520, 680)
    sky(p, grey)
    for x in (vanish - 60, vanish + 20, vanish + 80):
        p.fill(p.blob(x, HORIZON - 16, 70, 44, 0.3), p.tint((74, 104, 78)), blur=3)
    houses(p, -1, vanish, 0.55 if poor else 1)
    houses(p, 1, vanish, 0.5 if poor else 0.92)
    pavement = [
        (0, HORIZON + 190),
        (vanish, HORIZON + 4),
        (WIDTH, HORIZON + 190),
        (WIDTH, HEIGHT),
        (0, HEIGHT),
    ]
    tone = (158, 148, 134) if not poor else (150, 128, 98)
    p.shape(pavement, tone)
    p.mottle(p.mask(pavement), mix(tone, (70, 62, 52), 0.5), mix(tone, (236, 230, 220), 0.4), 34, 12, 0.5)
    road = [(vanish - 10, HORIZON + 6), (vanish + 10, HORIZON + 6), (WIDTH + 60, HEIGHT), (-60, HEIGHT)]
    asphalt = (104, 104, 106) if not grey else (92, 95, 99)
    p.shape(road, asphalt)
    mask = p.mask(road)
    p.mottle(mask, mix(asphalt, (40, 40, 44), 0.6), mix(asphalt, (190, 188, 184), 0.5), 90, 26, 0.45)
    p.mottle(mask, (60, 60, 62), (160, 158, 156), 5, 4, 0.3)
    p.line([(-60, HEIGHT), (vanish - 10, HORIZON + 6)], (206, 202, 194), 5)
    p.line([(WIDTH + 60, HEIGHT), (vanish + 10, HORIZON + 6)], (190, 186, 178), 5)
    return vanish


def dashes(p: Painter, vanish: float, colour=(226, 222, 208)) -> None:
    """The broken centre line."""
    middle = WIDTH / 2
    y = float(HEIGHT)
    while y > HORIZON + 40:
        top = HORIZON + (y - HORIZON) * 0.72
        xs = [vanish + (middle - vanish) * (v - HORIZON) / (HEIGHT - HORIZON) for v in (y, top)]
        w0, w1 = 11 * (y - HORIZON) / 540, 11 * (top - HORIZON) / 540
        p.shape([(xs[0] - w0, y), (xs[1] - w1, top), (xs[1] + w1, top), (xs[0] + w0, y)], colour)
        y = HORIZON + (y - HORIZON) * 0.5


def hole(p: Painter, x: float, y: float, rx: float, ry: float, water: bool) -> None:
    """A broken patch of road with crumbled rim, perhaps full of water."""
    rim = p.mask(p.blob(x, y, rx * 1.25, ry * 1.3, 0.3), blur=4)
    p.shade(rim, (118, 106, 90))
    p.mottle(rim, (62, 54, 46), (184, 170, 148), 9, 5, 0.8)
    inner = p.mask(p.blob(x, y, rx, ry, 0.28), blur=2)
    p.shade(inner, (52, 44, 38))
    p.mottle(inner, (36, 30, 26), (116, 98, 78), 16, 7, 0.7)
    if water:
        pool = p.mask(p.blob(x, y + ry * 0.15, rx * 0.82, ry * 0.72, 0.2), blur=2)
        p.shade(pool, (126, 116, 98))
        p.mottle(pool, (96, 86, 70), (206, 212, 214), 120, 22, 0.75)
    for _ in range(26):
        angle, reach = p.between(0, 6.28), p.between(1.05, 1.5)
        size = p.between(3, 11)
        cx, cy = x + rx * reach * math.cos(angle), y + ry * reach * math.sin(angle)
        p.shadow(cx + 2, cy + size * 0.5, size, size * 0.5, 0.35) if size > 8 else None
        p.fill(p.blob(cx, cy, size, size * 0.6, 0.3, 8), p.tint((128, 120, 110), 20))


def motorbike(p: Painter, x: float, base: float, size: float) -> None:
    """A parked motorbike, side on, `size` pixels long."""
    s = size / 100
    body = p.tint(p.random.choice([(160, 34, 36), (30, 60, 120), (38, 40, 44)]), 12)
    p.shadow(x, base, 52 * s, 7 * s)
    for wheel in (-34, 34):
        p.oval(x + wheel * s, base - 15 * s, 16 * s, 16 * s, (24, 24, 26))
        p.oval(x + wheel * s, base - 15 * s, 9 * s, 9 * s, (120, 122, 126))
    p.shape(
        [
            (x - 44 * s, base - 40 * s),
            (x - 6 * s, base - 36 * s),
            (x + 14 * s, base - 20 * s),
            (x - 24 * s, base - 16 * s),
        ],
        body,
    )
    p.shape(
        [
            (x + 20 * s, base - 56 * s),
            (x + 30 * s, base - 58 * s),
            (x + 38 * s, base - 18 * s),
            (x + 14 * s, base - 18 * s),
        ],
        body,
    )
    p.shape(
        [
            (x - 44 * s, base - 48 * s),
            (x + 2 * s, base - 46 * s),
            (x, base - 39 * s),
            (x - 42 * s, base - 40 * s),
        ],
        (30, 28, 28),
    )
    p.line([(x + 14 * s, base - 66 * s), (x + 32 * s, base - 62 * s)], (40, 40, 42), 4 * s)


def pothole(p: Painter) -> bytes:
    grey = p.random.random() < 0.5
    vanish = street(p, grey, poor=p.random.random() < 0.5)
    hole(
        p,
        p.between(440, 760),
        p.between(690, 760),
        p.between(190, 270),
        p.between(62, 86),
        grey or p.random.random() < 0.4,
    )
    for _ in range(3):
        y = p.between(470, 600)
        near = (y - HORIZON) / 540
        hole(p, vanish + p.between(-500, 500) * near, y, 120 * near, 34 * near, grey)
    return p.finish(0.98, 0.01)


def road_repaired(p: Painter) -> bytes:
    vanish = street(p)
    dashes(p, vanish)
    x, y = p.between(430, 700), p.between(660, 720)
    patch = [(x - 250, y + 80), (x - 190, y - 70), (x + 190, y - 70), (x + 260, y + 80)]
    mask = p.mask(patch, blur=1.5)
    p.shade(mask, (46, 47, 50))
    p.mottle(mask, (30, 31, 34), (84, 84, 86), 5, 4, 0.8)
    p.line([*patch, patch[0]], (34, 34, 36), 5)
    for cone in (x - 330, x + 345):
        p.shadow(cone, y + 100, 46, 12)
        p.shape(
            [(cone - 34, y + 98), (cone - 6, y - 10), (cone + 6, y - 10), (cone + 34, y + 98)], (226, 92, 34)
        )
        p.shape(
            [(cone - 22, y + 58), (cone - 14, y + 26), (cone + 14, y + 26), (cone + 22, y + 58)],
            (240, 238, 232),
        )
        p.shape(
            [(cone - 46, y + 106), (cone - 40, y + 94), (cone + 40, y + 94), (cone + 46, y + 106)],
            (196, 74, 28),
        )
    return p.finish(1.03, 0.01)


def flood(p: Painter) -> bytes:
    vanish = street(p, grey=True)
    level = p.between(505, 545)
    upper = p.image.crop((0, int(level) - 330, WIDTH, int(level))).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    mirror = Image.new("RGB", (WIDTH, HEIGHT))
    mirror.paste(upper.resize((WIDTH, HEIGHT - int(level))), (0, int(level)))
    slope = [
        (0, level + 10),
        (vanish - 200, HORIZON + 60),
        (vanish + 200, HORIZON + 60),
        (WIDTH, level + 10),
        (WIDTH, HEIGHT),
        (0, HEIGHT),
    ]
    mask = p.mask(slope, blur=2)
    p.shade(mask, (132, 114, 88))
    p.image.paste(mirror, (0, 0), ImageChops.multiply(mask, p.noise(160, 10).point(lambda v: v // 2)))
    p.mottle(mask, (104, 88, 66), (190, 178, 156), 110, 9, 0.45)
    motorbike(p, p.between(300, 420), p.between(640, 690), 260)
    p.fill([(180, 650), (620, 645), (640, 760), (150, 770)], (134, 117, 92), blur=14, alpha=0.8)
    for _ in range(14):
        x, y = p.between(40, 1160), p.between(600, 880)
        p.line([(x, y), (x + p.between(40, 150), y + p.between(-3, 3))], (196, 186, 166), p.between(1, 3))
    for _ in range(7):
        x, y = p.between(60, 1140), p.between(600, 870)
        p.fill(p.blob(x, y, p.between(10, 26), p.between(5, 9), 0.3, 9), p.tint((180, 176, 168), 50))
    for _ in range(240):
        x, y = p.between(-40, WIDTH), p.between(0, HEIGHT)
        p.line([(x, y), (x + 4, y + p.between(14, 34))], (190, 196, 202), 1)
    return p.finish(0.94, -0.02)


def night(p: Painter, dark: float) -> None:
    """Turn the day's picture into night by multiplying with blue-black."""
    p.image = ImageChops.multiply(
        p.image, Image.new("RGB", p.image.size, mix((255, 255, 255), (14, 20, 44), dark))
    )


def lamps(p: Painter, vanish: float, lit: bool) -> None:
    for share, side in ((0.2, -1), (0.2, 1), (0.34, -1), (0.34, 1), (0.62, -1), (0.62, 1)):
        edge = 0 if side < 0 else WIDTH
        x, base = vanish + (edge - vanish) * share * 0.92, HORIZON + 190 * share
        top, width = base - 560 * share, 12 * share
        arm = -side * 130 * share
        p.line(
            [(x, base), (x, top), (x + arm, top - 26 * share)], (70, 74, 80) if lit else (34, 38, 48), width
        )
        head = (x + arm * 1.15, top - 24 * share)
        p.oval(*head, 34 * share, 9 * share, (255, 236, 190) if lit else (40, 44, 54))
        if lit:
            p.glow(*head, 300 * share, (255, 214, 140), 0.9)
            p.glow(head[0], base + 70 * share, 620 * share, (150, 116, 66), 0.55)


def dark_street(p: Painter) -> bytes:
    vanish = street(p)
    night(p, 0.93)
    lamps(p, vanish, False)
    for _ in range(5):
        side = p.random.choice((-1, 1))
        share = p.between(0.3, 0.9)
        edge = 0 if side < 0 else WIDTH
        x, y = vanish + (edge - vanish) * share, HORIZON - p.between(10, 190) * share
        p.box(x, y, x + 34 * share, y + 46 * share, (214, 170, 96))
        p.glow(x + 17 * share, y + 20 * share, 90 * share, (150, 108, 50), 0.7)
    x = vanish + p.between(-60, 40)
    p.glow(x, 420, 150, (255, 246, 220))
    p.glow(x, 520, 340, (110, 104, 84), 0.7)
    return p.finish(1.08)


def street_lit(p: Painter) -> bytes:
    vanish = street(p)
    night(p, 0.74)
    lamps(p, vanish, True)
    return p.finish(1.18, 0.03)
