"""The operator's own base map: a PMTiles file made for the test by the format's own writer."""

from __future__ import annotations

import gzip

import pytest
from django.urls import reverse
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write

from terreau.core.errors import TerreauError
from terreau.documents import supplied_map
from terreau.documents.vector_tiles import Feature, encode
from tests.directory import factories, test_map, tiles


def made(path, *, kind=TileType.MVT, levels=4):
    from shapely.geometry import box

    body = gzip.compress(encode({"water": [Feature(box(0, 0, 100, 100))]}))
    if kind == TileType.PNG:
        body = b"\x89PNG d'essai"
    with write(str(path)) as writer:
        for zoom in range(levels):
            for x in range(2**zoom):
                for y in range(2**zoom):
                    if (x, y) != (0, 1):
                        # Each its own, so that the directory does not gather them.
                        writer.write_tile(
                            zxy_to_tileid(zoom, x, y), body + bytes([zoom, x, y]) * (kind == TileType.PNG)
                        )
        writer.finalize(
            {
                "tile_type": kind,
                "tile_compression": Compression.GZIP if kind == TileType.MVT else Compression.NONE,
                "min_zoom": 0,
                "max_zoom": levels - 1,
                "min_lon_e7": -1800000000,
                "min_lat_e7": -850000000,
                "max_lon_e7": 1800000000,
                "max_lat_e7": 850000000,
                "center_zoom": 0,
                "center_lon_e7": 0,
                "center_lat_e7": 0,
            },
            {"attribution": "Carte d’essai", "vector_layers": [{"id": "water", "fields": {}}]},
        )
    return path


def test_a_vector_tile_is_served_as_it_lies_in_the_file(tmp_path):
    path = made(tmp_path / "fond.pmtiles")
    about = supplied_map.describe(path)
    assert (about.vector, about.layers, about.credit, about.max_zoom) == (
        True,
        ("water",),
        "Carte d’essai",
        3,
    )
    tile = supplied_map.tile(path, 3, 5, 2)
    assert tile.encoding == "gzip"
    assert list(tiles.read(gzip.decompress(tile.body))) == ["water"]
    assert supplied_map.tile(path, 3, 0, 1) is None


def test_each_tile_of_a_large_directory_is_its_own(tmp_path):
    path = made(tmp_path / "fond.pmtiles", kind=TileType.PNG, levels=8)
    for zoom, x, y in ((0, 0, 0), (5, 17, 30), (7, 100, 127), (7, 127, 3)):
        assert supplied_map.tile(path, zoom, x, y).body == b"\x89PNG d'essai" + bytes([zoom, x, y])


@pytest.mark.parametrize("content", [None, b"", b"PMTiles", b"x" * 500])
def test_a_file_that_cannot_be_read_is_refused_with_its_place(tmp_path, content):
    path = tmp_path / "fond.pmtiles"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TerreauError) as refusal:
        supplied_map.describe(path)
    assert str(path) in str(refusal.value.where)
    assert "TERREAU_PMTILES" in refusal.value.remedy


@pytest.mark.django_db
def test_the_map_draws_it_and_names_who_made_it(client, settings, tmp_path):
    settings.PMTILES = str(made(tmp_path / "fond.pmtiles"))
    test_map.at(0.34, 46.58)
    factories.indexed()
    told = test_map.the_map(client)["supplied"]
    assert told["layers"] == ["water"]
    assert "Carte d’essai" in client.get(reverse("directory:map")).content.decode()
    answer = client.get(told["tiles"].replace("{z}", "3").replace("{x}", "5").replace("{y}", "2"))
    assert answer["Content-Encoding"] == "gzip"
    assert list(tiles.read(gzip.decompress(answer.content))) == ["water"]
    assert client.get(told["tiles"].replace("{z}/{x}/{y}", "3/0/1")).status_code == 204
    assert client.get(told["tiles"].replace("{z}/{x}/{y}", "9/0/1")).status_code == 204


@pytest.mark.django_db
def test_a_broken_one_does_not_break_the_map(client, settings, tmp_path):
    settings.PMTILES = str(tmp_path / "absent.pmtiles")
    test_map.at(0.34, 46.58)
    factories.indexed()
    assert "supplied" not in test_map.the_map(client)
