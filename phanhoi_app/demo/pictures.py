"""The photos of the demo's complaints, drawn by code: a motif and a seed give the same picture every time."""

from collections.abc import Callable
from functools import partial

from phanhoi_app.demo import scenes_indoor, scenes_kerb, scenes_land, scenes_street
from phanhoi_app.demo.painter import Painter

_SCENES: dict[str, Callable[[Painter], bytes]] = {
    "adverts": scenes_indoor.adverts,
    "bill": scenes_indoor.bill,
    "broken_bridge": scenes_land.broken_bridge,
    "broken_drain": partial(scenes_kerb.drain, broken=True),
    "canal_clean": scenes_land.canal_clean,
    "canal_dirty": scenes_land.canal_dirty,
    "construction": scenes_land.construction,
    "dark_street": scenes_street.dark_street,
    "dirty_water": scenes_indoor.dirty_water,
    "document": scenes_indoor.document,
    "drain_fixed": partial(scenes_kerb.drain, broken=False),
    "dry_field": scenes_land.dry_field,
    "fallen_tree": scenes_kerb.fallen_tree,
    "flood": scenes_street.flood,
    "food": scenes_indoor.food,
    "karaoke": scenes_kerb.karaoke,
    "landslide": scenes_land.landslide,
    "low_wires": scenes_kerb.low_wires,
    "market_stall": scenes_indoor.market_stall,
    "pavement": scenes_kerb.pavement,
    "pothole": scenes_street.pothole,
    "queue": scenes_indoor.queue,
    "road_repaired": scenes_street.road_repaired,
    "rubbish": scenes_land.rubbish,
    "rubbish_cleared": scenes_land.rubbish_cleared,
    "sand_mining": scenes_land.sand_mining,
    "school_gate": scenes_indoor.school_gate,
    "smoke": scenes_land.smoke,
    "stray_dogs": scenes_kerb.stray_dogs,
    "street_lit": scenes_street.street_lit,
}

MOTIFS = tuple(_SCENES)


def draw(motif: str, seed: int = 0) -> bytes:
    """Return a JPEG of 1200 by 900 pixels, under 150,000 bytes, showing `motif`.

    Raises KeyError when no scene is called `motif`. Nothing is read or written.
    """
    return _SCENES[motif](Painter(seed))
