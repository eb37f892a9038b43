"""Scenes beside the road: drains, cables, broken paving, dogs, a fallen tree, a loudspeaker."""

import math

from phanhoi_app.demo.painter import HEIGHT, WIDTH, Painter, mix
from phanhoi_app.demo.scenes_street import night, street


def drain(p: Painter, broken: bool) -> bytes:
    """A drain cover seen from above at the kerb."""
    p.gradient((112, 110, 108), (92, 91, 90))
    every = p.mask([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)])
    p.mottle(every, (66, 66, 68), (158, 154, 148), 120, 70, 0.5)
    p.mottle(every, (56, 56, 58), (168, 164, 160), 6, 6, 0.4)
    kerb = [(0, 0), (WIDTH, 0), (WIDTH, 150), (0, 200)]
    p.shape(kerb, (176, 170, 160))
    p.mottle(p.mask(kerb), (120, 112, 100), (212, 208, 200), 46, 30, 0.6)
    p.line([(0, 202), (WIDTH, 152)], (58, 56, 54), 10)
    for x in (250, 640, 1020):
        p.line([(x, 0), (x - 8, 190)], (112, 106, 98), 4)
    x, y = p.between(520, 680), p.between(500, 550)
    p.fill(p.blob(x, y, 350, 268, 0.04, 40), (134, 130, 124))
    p.mottle(p.mask(p.blob(x, y, 350, 268, 0.04, 40)), (94, 90, 84), (178, 174, 166), 12, alpha=0.6)
    p.oval(x, y, 300, 226, (36, 34, 34))
    if not broken:
        p.oval(x, y + 4, 288, 214, (92, 94, 98))
        p.oval(x, y, 282, 208, (118, 120, 124))
        for ring in (250, 190, 130, 70):
            p.oval(x, y, ring, ring * 0.74, (88, 90, 94))
            p.oval(x, y, ring - 9, (ring - 9) * 0.74, (122, 124, 128))
        for i in range(24):
            angle = i * math.pi / 12
            p.line(
                [
                    (x + 74 * math.cos(angle), y + 55 * math.sin(angle)),
                    (x + 246 * math.cos(angle), y + 182 * math.sin(angle)),
                ],
                (88, 90, 94),
                6,
            )
        p.mottle(p.mask(p.blob(x, y, 282, 208, 0, 60)), (60, 60, 62), (200, 200, 204), 90, 60, 0.3)
        return p.finish(1.02, 0.01)
    well = p.mask(p.blob(x, y + 14, 286, 206, 0, 60), blur=3)
    p.shade(well, (22, 20, 20))
    p.shade(p.mask(p.blob(x + 30, y + 90, 200, 96, 0.1), blur=20), (48, 44, 34))
    p.mottle(p.mask(p.blob(x + 20, y + 100, 190, 80, 0.1), blur=12), (30, 30, 24), (98, 96, 84), 70, 16, 0.8)
    slab = [
        (x - 286, y - 40),
        (x - 220, y - 150),
        (x - 20, y - 206),
        (x + 40, y - 120),
        (x - 60, y - 70),
        (x - 90, y + 40),
        (x - 190, y + 20),
    ]
    p.fill([(a + 12, b + 22) for a, b in slab], (8, 8, 8), blur=12, alpha=0.7)
    p.shape(slab, (142, 138, 132))
    p.mottle(p.mask(slab), (96, 92, 86), (190, 186, 178), 16, alpha=0.6)
    for dx in (0, 44, 84):
        p.line([(x + 30 - dx, y - 116 + dx * 1.1), (x + 100 - dx, y - 60 + dx * 1.2)], (110, 66, 40), 7)
    stem = (x + 80, y + 150)
    p.line([stem, (x + 130, y - 160), (x + 150, y - 330)], (86, 66, 46), 14)
    for _ in range(34):
        p.fill(
            p.blob(x + 150 + p.between(-120, 120), y - 320 + p.between(-110, 120), 40, 14, 0.3, 10),
            p.tint((66, 112, 50), 24),
        )
    return p.finish(0.98, 0.01)


def low_wires(p: Painter) -> bytes:
    vanish = street(p, grey=p.random.random() < 0.5, poor=True)
    for x, base, height in ((170, 640, 620), (1010, 610, 560), (vanish + 90, 440, 230)):
        p.shadow(x, base, 60, 12)
        p.shape(
            [(x - 17, base), (x - 11, base - height), (x + 11, base - height), (x + 17, base)],
            (150, 146, 140),
        )
        p.box(x - 46, base - height + 30, x + 46, base - height + 42, (96, 92, 88))
    for i in range(22):
        p.wire(
            (170 + p.between(-20, 20), 70 + i * 7),
            (1010 + p.between(-20, 20), 84 + i * 8),
            p.between(40, 300),
            width=p.between(2, 5),
        )
    for i in range(9):
        p.wire((1010, 90 + i * 9), (vanish + 90, 225 + i * 4), p.between(10, 60), width=2)
    for _ in range(9):
        coil = p.blob(1010, 190, p.between(40, 62), p.between(40, 62), 0.06, 40)
        p.line([*coil, coil[0]], (30, 30, 34), 4)
    return p.finish(1.0)


def pavement(p: Painter) -> bytes:
    """Broken paving slabs, seen at walking height."""
    p.gradient((170, 190, 206), (214, 212, 202), 0, 300)
    for i in range(6):
        p.fill(p.blob(i * 230, 270, 160, 70, 0.3), p.tint((70, 108, 74), 14), blur=5)
    ground = [(0, 300), (WIDTH, 300), (WIDTH, HEIGHT), (0, HEIGHT)]
    p.shape(ground, (120, 96, 70))
    p.mottle(p.mask(ground), (84, 66, 48), (182, 154, 118), 24, 10, 0.8)
    rows = 9
    for row in range(rows):
        y0, y1 = 300 + 600 * (row / rows) ** 1.5, 300 + 600 * ((row + 1) / rows) ** 1.5
        for column in range(-9, 10):
            near = (y1 - 220) / 680
            gone = abs(column + row * 0.4 - 3) < 2.3 and row > 2 and p.random.random() < 0.62
            if gone:
                continue
            x0, x1 = 600 + column * 190 * (y0 - 180) / 720, 600 + (column + 1) * 190 * (y0 - 180) / 720
            u0, u1 = 600 + column * 190 * (y1 - 180) / 720, 600 + (column + 1) * 190 * (y1 - 180) / 720
            tone = p.tint((186, 122, 98) if (column + row) % 2 else (196, 178, 156), 12)
            lift = p.between(-5, 5) * near
            p.shape(
                [(x0 + 2, y0 + lift), (x1 - 2, y0 - lift), (u1 - 3, y1 - 3 - lift), (u0 + 3, y1 - 3 + lift)],
                tone,
            )
    for _ in range(18):
        x, y = p.between(560, 1150), p.between(480, 860)
        p.fill(p.blob(x, y, p.between(10, 44), p.between(6, 20), 0.4, 7), p.tint((176, 130, 106), 22))
    p.mottle(p.mask(ground), (60, 52, 46), (220, 212, 200), 150, 60, 0.22)
    return p.finish(1.0, 0.01)


def dog(p: Painter, x: float, base: float, size: float, facing: int) -> None:
    s = size / 100
    coat = p.tint(p.random.choice([(160, 112, 66), (60, 50, 44), (206, 186, 152), (120, 80, 52)]), 12)
    p.shadow(x, base, 60 * s, 8 * s)

    def at(dx: float, dy: float) -> tuple[float, float]:
        return x + facing * dx * s, base - dy * s

    for leg in (-34, -24, 26, 36):
        p.line([at(leg, 40), at(leg - 3, 20), at(leg, 0)], mix(coat, (0, 0, 0), 0.15), 9 * s)
    p.shape(
        [at(-44, 60), at(-20, 66), at(20, 64), at(44, 70), at(46, 46), at(30, 34), at(-10, 40), at(-40, 36)],
        coat,
    )
    p.shape([at(34, 62), at(48, 92), at(66, 94), at(88, 78), at(86, 70), at(64, 68), at(48, 50)], coat)
    p.shape([at(50, 92), at(46, 106), at(60, 94)], mix(coat, (0, 0, 0), 0.35))
    p.line([at(-42, 58), at(-60, 76), at(-64, 94)], coat, 8 * s)
    p.oval(*at(66, 85), 3 * s, 3 * s, (10, 10, 10))
    p.oval(*at(87, 76), 4 * s, 4 * s, (10, 10, 10))


def stray_dogs(p: Painter) -> bytes:
    street(p, poor=True)
    for base, size in ((560, 110), (610, 140), (720, 230), (800, 270)):
        dog(p, p.between(240, 940), base, size, p.random.choice((-1, 1)))
    return p.finish(1.02, 0.01)


def fallen_tree(p: Painter) -> bytes:
    street(p, grey=True)
    trunk = [(60, 820), (90, 740), (700, 610), (980, 560), (985, 590), (720, 660), (140, 850)]
    p.shadow(600, 740, 520, 60, 0.5)
    p.shape(trunk, (96, 76, 60))
    p.mottle(p.mask(trunk), (54, 42, 34), (150, 126, 100), 60, 8, 0.7)
    root = p.mask(p.blob(80, 790, 110, 130, 0.35), blur=2)
    p.shade(root, (92, 66, 46))
    p.mottle(root, (54, 38, 28), (140, 106, 76), 14, alpha=0.8)
    for _ in range(16):
        p.line(
            [(80, 790), (80 + p.between(-160, 60), 790 + p.between(-170, 120))],
            (80, 60, 44),
            p.between(4, 12),
        )
    crown = p.mask(
        *[
            p.blob(p.between(640, 1130), p.between(440, 740), p.between(50, 110), p.between(36, 70), 0.35)
            for _ in range(22)
        ],
        blur=2,
    )
    p.shade(crown, (58, 92, 48))
    p.mottle(crown, (24, 48, 24), (128, 160, 84), 13, alpha=0.85)
    for _ in range(60):
        p.fill(p.blob(p.between(300, 1180), p.between(640, 880), 12, 6, 0.3, 8), p.tint((84, 118, 60), 26))
    return p.finish(0.96)


def karaoke(p: Painter) -> bytes:
    street(p)
    night(p, 0.84)
    p.glow(560, 560, 620, (190, 120, 60), 0.75)
    p.shadow(560, 800, 230, 34, 0.6)
    p.box(400, 350, 720, 800, (34, 34, 38))
    p.box(412, 362, 708, 788, (46, 46, 52))
    for y, radius in ((480, 92), (680, 104)):
        p.oval(560, y, radius + 12, radius + 12, (110, 112, 118))
        p.oval(560, y, radius, radius, (22, 22, 24))
        p.oval(560, y, radius * 0.62, radius * 0.62, (40, 40, 44))
        p.oval(560, y, radius * 0.26, radius * 0.26, (96, 98, 104))
    for i, colour in enumerate(((220, 50, 60), (60, 190, 240), (240, 200, 60), (120, 230, 110))):
        p.glow(440 + i * 80, 376, 70, colour)
    for x, tone in ((250, (120, 40, 44)), (880, (40, 70, 120)), (1010, (70, 90, 60))):
        p.shape([(x - 66, 860), (x - 56, 620), (x + 56, 620), (x + 66, 860)], tone)
        p.oval(x, 560, 46, 56, (178, 130, 98))
        p.fill(p.blob(x, 530, 50, 40, 0.1), (20, 18, 20))
    p.line([(306, 650), (352, 560)], (178, 130, 98), 24)
    p.line([(346, 570), (366, 530)], (30, 30, 34), 14)
    p.oval(370, 522, 17, 17, (150, 152, 158))
    return p.finish(1.1, 0.03)
