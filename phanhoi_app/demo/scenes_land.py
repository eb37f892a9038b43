"""Scenes of fields, water and work: canals, smoke, rubbish, slides, bridges, dredgers, building sites."""

from PIL import ImageChops

from phanhoi_app.demo.painter import HEIGHT, WIDTH, Painter, mix
from phanhoi_app.demo.scenes_street import sky, street, tree


def hills(p: Painter, horizon: int) -> None:
    for depth, tone in ((90, (122, 146, 160)), (60, (92, 126, 122)), (30, (70, 108, 80))):
        points = [(0, horizon)]
        x, y = 0.0, horizon - depth * p.between(0.4, 1)
        while x < WIDTH:
            points.append((x, y))
            x += p.between(40, 120)
            y = horizon - depth * p.between(0.35, 1.15)
        points += [(WIDTH, y), (WIDTH, horizon)]
        p.fill(points, p.tint(tone, 6), blur=3)


def field(p: Painter, horizon: int, colour=(112, 150, 66)) -> None:
    ground = [(0, horizon), (WIDTH, horizon), (WIDTH, HEIGHT), (0, HEIGHT)]
    p.shape(ground, colour)
    mask = p.mask(ground)
    p.mottle(mask, mix(colour, (30, 60, 20), 0.5), mix(colour, (220, 220, 120), 0.5), 190, 26, 0.6)
    p.mottle(mask, mix(colour, (20, 50, 16), 0.5), mix(colour, (230, 230, 150), 0.4), 7, 12, 0.45)


def canal(p: Painter, water) -> tuple:
    """A canal running away between banks; returns the mask of its water."""
    horizon = 330
    sky(p, p.random.random() < 0.5, horizon)
    hills(p, horizon)
    field(p, horizon, p.tint((112, 146, 68), 12))
    vanish = p.between(520, 680)
    bank = [(vanish - 16, horizon + 4), (vanish + 16, horizon + 4), (WIDTH + 90, HEIGHT), (-90, HEIGHT)]
    p.shape(bank, (146, 128, 100))
    p.mottle(p.mask(bank), (98, 84, 60), (196, 178, 146), 22, 9, 0.6)
    surface = [(vanish - 10, horizon + 8), (vanish + 10, horizon + 8), (WIDTH - 60, HEIGHT), (60, HEIGHT)]
    mask = p.mask(surface, blur=3)
    p.shade(mask, water)
    p.mottle(mask, mix(water, (0, 0, 0), 0.4), mix(water, (214, 226, 234), 0.5), 170, 12, 0.6)
    for side in (-1, 1):
        for share in (0.2, 0.3, 0.46):
            tree(p, vanish + side * 900 * share + p.between(-30, 30), horizon + 300 * share, 620 * share)
    return mask


def canal_dirty(p: Painter) -> bytes:
    mask = canal(p, p.tint((46, 46, 40), 6))
    scum = ImageChops.multiply(
        mask, p.noise(120, 22).point(lambda v: max(0, v - 150) * 3 if v < 230 else 240)
    )
    p.shade(scum, (118, 122, 70), 0.6)
    foam = ImageChops.multiply(mask, p.noise(60, 14).point(lambda v: max(0, v - 190) * 4))
    p.shade(foam, (220, 216, 204), 0.85)
    for _ in range(16):
        x, y = p.between(240, 960), p.between(560, 880)
        near = (y - 330) / 560
        size = 58 * near
        tone = p.tint((196, 198, 190), 12)
        p.shadow(x, y + size * 0.2, size, size * 0.25, 0.5)
        p.fill(p.blob(x, y, size, size * 0.28, 0.08), tone, blur=1)
        tail = p.random.choice((-1, 1)) * size
        p.shape(
            [(x + tail * 0.85, y), (x + tail * 1.4, y - size * 0.28), (x + tail * 1.4, y + size * 0.26)],
            mix(tone, (90, 90, 84), 0.3),
        )
        p.oval(x - tail * 0.7, y - size * 0.05, size * 0.07, size * 0.07, (30, 30, 30))
    for _ in range(18):
        x, y = p.between(120, 1080), p.between(560, 890)
        p.fill(p.blob(x, y, p.between(10, 36), p.between(6, 16), 0.4, 9), p.tint((190, 180, 170), 50))
    return p.finish(0.95)


def canal_clean(p: Painter) -> bytes:
    canal(p, p.tint((96, 132, 140), 6))
    for _ in range(26):
        y = p.between(480, 890)
        x = 600 + p.between(-0.6, 0.4) * (y - 330)
        p.line([(x, y), (x + p.between(20, 0.2 * y - 60), y)], (206, 222, 228), p.between(1, 3))
    return p.finish(1.04)


def smoke(p: Painter) -> bytes:
    horizon = 600
    sky(p, True, horizon)
    hills(p, horizon)
    field(p, horizon, (124, 142, 74))
    x = p.between(520, 680)
    wall = p.tint((150, 140, 132), 12)
    p.shadow(x, 706, 420, 26)
    for shed in range(3):
        left = x - 380 + shed * 250
        p.box(left, 540, left + 250, 700, mix(wall, (0, 0, 0), shed * 0.06))
        p.shape([(left - 12, 544), (left + 60, 468), (left + 262, 544)], p.tint((110, 84, 76), 10))
        for window in range(3):
            p.box(left + 30 + window * 76, 590, left + 74 + window * 76, 632, (70, 84, 92))
    p.mottle(
        p.mask([(x - 380, 540), (x + 370, 540), (x + 370, 700), (x - 380, 700)]),
        (84, 76, 70),
        (200, 194, 186),
        70,
        110,
        0.35,
    )
    for chimney, height in ((x - 60, 330), (x + 150, 270)):
        p.shape(
            [
                (chimney - 26, 560),
                (chimney - 17, 560 - height),
                (chimney + 17, 560 - height),
                (chimney + 26, 560),
            ],
            (146, 96, 82),
        )
        for band in range(4):
            y = 560 - height + 14 + band * 60
            p.box(chimney - 18 - band, y, chimney + 18 + band, y + 14, (214, 206, 198))
        top = 560 - height
        for puff in range(46):
            step = puff / 45
            cx = chimney + step * 560 + p.between(-60, 60) * (0.2 + step)
            cy = top - 20 - step * 190 + p.between(-50, 50) * (0.25 + step)
            size = 26 + 120 * step
            tone = mix((66, 62, 60), (150, 150, 152), step)
            p.fill(
                p.blob(cx, cy, size, size * 0.7, 0.25),
                p.tint(tone, 8),
                blur=10 + 14 * step,
                alpha=0.62 - 0.34 * step,
            )
    p.fill([(0, 380), (WIDTH, 360), (WIDTH, 720), (0, 720)], (170, 168, 164), blur=60, alpha=0.28)
    for share in (0.3, 0.5):
        tree(p, 110 if share < 0.4 else 1110, 760, 620 * share)
    return p.finish(0.95, 0.02)


def heap(p: Painter, x: float, y: float, width: float, height: float, pieces: int) -> None:
    """A pile of bags, boxes, bottles and paper with its foot at y."""
    p.shadow(x, y, width * 1.05, height * 0.16, 0.5)
    for i in range(pieces):
        level = (i / pieces) ** 0.8
        spread = width * (1 - level * 0.8)
        cx, cy = x + p.between(-spread, spread), y - height * level * p.between(0.75, 1)
        size = p.between(20, 54)
        kind = p.random.random()
        if kind < 0.5:
            tone = p.tint(
                p.random.choice([(34, 34, 38), (38, 60, 112), (196, 196, 200), (180, 44, 44), (52, 112, 70)]),
                14,
            )
            p.fill(p.blob(cx, cy + 6, size, size * 0.8, 0.2), mix(tone, (0, 0, 0), 0.5))
            p.fill(p.blob(cx, cy, size, size * 0.76, 0.2), tone)
            p.fill(
                p.blob(cx - size * 0.25, cy - size * 0.25, size * 0.3, size * 0.16, 0.4),
                mix(tone, (255, 255, 255), 0.4),
                blur=3,
            )
            p.line([(cx, cy - size * 0.7), (cx + size * 0.12, cy - size)], tone, 8)
        elif kind < 0.75:
            turn = p.between(-0.4, 0.4) * size
            tone = p.tint((176, 138, 94), 14)
            p.shape(
                [
                    (cx - size, cy - turn),
                    (cx + size, cy + turn),
                    (cx + size * 0.9, cy + size + turn),
                    (cx - size * 1.05, cy + size - turn),
                ],
                tone,
            )
            p.shape(
                [
                    (cx - size, cy - turn),
                    (cx + size, cy + turn),
                    (cx + size * 0.7, cy - size * 0.4),
                    (cx - size * 0.8, cy - size * 0.5),
                ],
                mix(tone, (255, 240, 210), 0.3),
            )
        else:
            p.fill(p.blob(cx, cy, size * 0.5, size * 0.3, 0.5, 8), p.tint((220, 216, 206), 34))


def rubbish(p: Painter) -> bytes:
    street(p, p.random.random() < 0.4, poor=p.random.random() < 0.5)
    heap(p, p.between(330, 480), 800, 300, 260, 150)
    for _ in range(50):
        p.fill(
            p.blob(p.between(60, 1000), p.between(760, 880), p.between(6, 22), p.between(4, 12), 0.5, 8),
            p.tint((190, 186, 176), 60),
        )
    for _ in range(34):
        x, y = p.between(180, 640), p.between(480, 720)
        p.line([(x - 3, y), (x + 3, y + 1)], (14, 14, 14), 3)
    return p.finish(0.98, 0.01)


def rubbish_cleared(p: Painter) -> bytes:
    street(p)
    for x, tone in ((250, (44, 124, 70)), (400, (52, 134, 80))):
        p.shadow(x, 780, 90, 16)
        p.shape([(x - 66, 590), (x + 66, 590), (x + 56, 776), (x - 56, 776)], tone)
        p.shape([(x - 76, 572), (x + 76, 572), (x + 72, 596), (x - 72, 596)], mix(tone, (0, 0, 0), 0.25))
        p.line([(x - 30, 620), (x - 26, 750)], mix(tone, (255, 255, 255), 0.25), 8)
        p.oval(x - 46, 780, 14, 14, (26, 26, 28))
        p.oval(x + 46, 780, 14, 14, (26, 26, 28))
    wet = p.mask(p.blob(520, 830, 420, 46, 0.2), blur=20)
    p.shade(wet, (70, 72, 76), 0.45)
    return p.finish(1.05, 0.01)


def landslide(p: Painter) -> bytes:
    sky(p, True, 420)
    slope = [(0, 0), (430, 60), (760, 330), (1010, 560), (0, 700)]
    hills(p, 420)
    field(p, 420, (104, 132, 74))
    p.shape(slope, (74, 104, 58))
    p.mottle(p.mask(slope), (34, 60, 30), (128, 152, 84), 16, alpha=0.85)
    ground = [(0, 660), (1010, 540), (WIDTH, 470), (WIDTH, HEIGHT), (0, HEIGHT)]
    p.shape(ground, (124, 112, 96))
    p.mottle(p.mask(ground), (88, 78, 64), (166, 154, 134), 60, 18, 0.7)
    scar = [(190, 60), (380, 80), (560, 330), (900, 640), (760, 790), (240, 850), (60, 720), (130, 400)]
    mask = p.mask(scar, blur=12)
    p.shade(mask, (148, 96, 58))
    p.mottle(mask, (96, 58, 34), (196, 142, 92), 44, 20, 0.8)
    p.mottle(mask, (84, 54, 34), (206, 158, 110), 8, alpha=0.4)
    for _ in range(46):
        x, y = p.between(120, 860), p.between(560, 860)
        size = p.between(8, 46) * (y - 400) / 420
        tone = p.tint((142, 124, 106), 16)
        p.shadow(x + 4, y + size * 0.6, size, size * 0.25)
        p.fill(p.blob(x, y, size, size * 0.72, 0.3, 9), mix(tone, (0, 0, 0), 0.3))
        p.fill(p.blob(x - size * 0.12, y - size * 0.14, size * 0.8, size * 0.52, 0.3, 9), tone)
    for x, y, lean in ((320, 640, 90), (560, 720, -60)):
        p.line([(x, y), (x + lean, y - 220)], (84, 64, 48), 12)
        p.fill(p.blob(x + lean, y - 230, 70, 46, 0.4), (62, 92, 48))
    return p.finish(0.96, 0.02)


def broken_bridge(p: Painter) -> bytes:
    canal(p, (116, 112, 86))
    deck = [(0, 560), (WIDTH, 500), (WIDTH, 600), (0, 680)]
    p.shadow(600, 690, 640, 34, 0.45)
    for pier in (250, 900):
        p.shape([(pier - 34, 620), (pier + 34, 620), (pier + 40, 860), (pier - 40, 860)], (140, 134, 126))
    p.shape(deck, (168, 162, 152))
    p.mottle(p.mask(deck), (116, 108, 98), (206, 200, 190), 40, 14, 0.7)
    p.shape([(0, 680), (WIDTH, 600), (WIDTH, 630), (0, 716)], (112, 106, 98))
    for i in range(13):
        x = 20 + i * 98
        y = 556 - x * 0.05
        if 4 <= i <= 7:
            p.line([(x, y), (x + p.between(-30, 40), y - p.between(10, 40))], (120, 72, 44), 6)
            continue
        p.line([(x, y), (x, y - 104)], (150, 60, 50), 10)
        if i not in (3, 12):
            for rail in (100, 56):
                p.line([(x, y - rail), (x + 98, y - rail - 5)], (160, 66, 54), 8)
    rope = [(20 + 3 * 98, 460), (20 + 8 * 98, 440)]
    p.wire(*rope, 34, (222, 190, 60), 5)
    p.fill(p.blob(560, 640, 90, 26, 0.5, 12), (60, 54, 46))
    return p.finish(0.99, 0.01)


def sand_mining(p: Painter) -> bytes:
    sky(p, True, 380)
    hills(p, 380)
    water = [(0, 380), (WIDTH, 380), (WIDTH, HEIGHT), (0, HEIGHT)]
    p.shape(water, (126, 112, 88))
    p.mottle(p.mask(water), (88, 78, 60), (188, 178, 158), 200, 12, 0.7)
    bank = [(0, 700), (300, 690), (420, 760), (560, 800), (620, HEIGHT), (0, HEIGHT)]
    p.fill([(x + 8, y - 46) for x, y in bank], (150, 110, 70))
    p.shape(bank, (108, 128, 66))
    p.mottle(p.mask(bank), (70, 92, 44), (160, 172, 96), 14, alpha=0.7)
    for x, y, s in ((430, 480, 0.8), (820, 560, 1.3)):
        p.shadow(x, y + 22 * s, 240 * s, 14 * s, 0.5)
        p.shape(
            [
                (x - 230 * s, y - 40 * s),
                (x + 240 * s, y - 46 * s),
                (x + 190 * s, y + 26 * s),
                (x - 190 * s, y + 26 * s),
            ],
            (70, 66, 66),
        )
        p.fill(p.blob(x - 40 * s, y - 56 * s, 130 * s, 34 * s, 0.15), (196, 164, 110))
        p.box(x + 100 * s, y - 120 * s, x + 180 * s, y - 44 * s, (150, 154, 150))
        p.box(x + 112 * s, y - 106 * s, x + 140 * s, y - 78 * s, (52, 62, 70))
        p.line(
            [
                (x - 60 * s, y - 60 * s),
                (x - 110 * s, y - 190 * s),
                (x - 210 * s, y - 130 * s),
                (x - 240 * s, y + 60 * s),
            ],
            (92, 70, 54),
            11 * s,
        )
        p.line([(x + 190 * s, y - 46 * s), (x + 190 * s, y - 150 * s)], (60, 60, 60), 5 * s)
    p.image = ImageChops.multiply(p.image, p.image.point(lambda v: 96 + v // 3))
    p.glow(930, 430, 150, (250, 226, 160))
    p.glow(500, 400, 90, (250, 226, 160))
    return p.finish(0.86, -0.05)


def dry_field(p: Painter) -> bytes:
    sky(p, False, 300)
    hills(p, 300)
    ground = [(0, 300), (WIDTH, 300), (WIDTH, HEIGHT), (0, HEIGHT)]
    p.shape(ground, (176, 146, 104))
    p.mottle(p.mask(ground), (142, 112, 76), (208, 182, 138), 80, 20, 0.7)
    rows = [300 + 600 * (i / 12) ** 1.7 for i in range(13)]
    for i, y in enumerate(rows[:-1]):
        step = 34 + (y - 300) * 0.24
        x = -p.between(0, step)
        while x < WIDTH:
            wide = step * p.between(0.7, 1.4)
            low = rows[i + 1]
            crack = [
                (x, y + p.between(-4, 4)),
                (x + p.between(-8, 12), (y + low) / 2),
                (x + p.between(-10, 10), low),
            ]
            p.line(crack, (92, 68, 44), 1 + (y - 300) / 120)
            p.line(
                [(x, low), (x + wide / 2, low + p.between(-9, 9)), (x + wide, low)],
                (92, 68, 44),
                1 + (y - 300) / 120,
            )
            if p.random.random() < 0.55:
                for _ in range(5):
                    root = (x + wide / 2, (y + low) / 2)
                    tall = 14 + (y - 300) * 0.12
                    p.line(
                        [root, (root[0] + p.between(-1, 1) * tall * 0.6, root[1] - tall * p.between(0.6, 1))],
                        p.tint((186, 168, 84), 20),
                        2,
                    )
            x += wide
    return p.finish(1.04, 0.03)


def construction(p: Painter) -> bytes:
    street(p)
    plot = [(150, 740), (1060, 740), (WIDTH, HEIGHT), (0, HEIGHT)]
    p.fill(plot, (148, 124, 92), blur=6)
    p.mottle(p.mask(plot, blur=6), (104, 84, 60), (190, 166, 130), 26, 12, 0.7)
    left, right, top = 380, 840, 40
    p.shadow(620, 800, 330, 30)
    p.box(left, top, right, 790, (196, 188, 178))
    for floor in range(6):
        y = top + floor * 125
        p.box(left - 10, y, right + 10, y + 16, (150, 146, 140))
        for column in range(4):
            x = left + column * 150
            p.box(x, y, x + 22, y + 125, (168, 162, 154))
        if floor > 1:
            p.box(left + 22, y + 16, right, y + 125, p.tint((176, 96, 70), 6))
            p.box(left + 60, y + 40, left + 140, y + 110, (56, 56, 60))
            p.box(left + 210, y + 40, left + 290, y + 110, (56, 56, 60))
        else:
            p.box(left + 22, y + 16, right, y + 125, (92, 86, 80))
    p.mottle(
        p.mask([(left, top), (right, top), (right, 790), (left, 790)]),
        (90, 80, 72),
        (226, 220, 210),
        40,
        60,
        0.3,
    )
    net = [(right - 150, 20), (right + 30, 20), (right + 30, 700), (right - 150, 700)]
    p.fill(net, (44, 120, 70), alpha=0.62)
    for i in range(9):
        p.line([(left - 40, 20 + i * 92), (left - 40, 800)], (120, 120, 116), 5)
        p.line([(left - 60, 60 + i * 92), (left + 6, 60 + i * 92)], (150, 130, 90), 6)
    for x in (left + 20, left + 170, left + 320, right - 8):
        for rod in (0, 8, 16):
            p.line([(x + rod, top), (x + rod + 3, top - 36)], (120, 72, 50), 3)
    p.fill(p.blob(950, 790, 150, 60, 0.15), (206, 184, 140))
    p.fill(p.blob(240, 800, 110, 44, 0.2), (150, 146, 142))
    return p.finish(1.0)
