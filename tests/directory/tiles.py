"""Reading map tiles in tests: the format as its specification tells it, apart from what writes them."""

from __future__ import annotations

import struct


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _fields(data):
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key & 7 == 0:
            value, at = _varint(data, at)
        elif key & 7 == 1:
            value, at = data[at : at + 8], at + 8
        else:
            size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        yield key >> 3, value


def _numbers(data):
    at, found = 0, []
    while at < len(data):
        value, at = _varint(data, at)
        found.append(value)
    return found


def _value(data):
    [(field, value)] = _fields(data)
    return {
        1: lambda v: v.decode(),
        3: lambda v: struct.unpack("<d", v)[0],
        5: lambda v: v,
        6: lambda v: (v >> 1) ^ -(v & 1),
        7: bool,
    }[field](value)


def _rings(numbers):
    at, x, y, rings = 0, 0, 0, []
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command == 7:
            rings[-1].append(rings[-1][0])
            continue
        for _ in range(count):
            x += (numbers[at] >> 1) ^ -(numbers[at] & 1)
            y += (numbers[at + 1] >> 1) ^ -(numbers[at + 1] & 1)
            at += 2
            if command == 1:
                rings.append([])
            rings[-1].append((x, y))
    return rings


def read(data):
    """Layer → the features: kind of geometry, its parts, its properties."""
    layers = {}
    for field, layer in _fields(data):
        assert field == 3
        parts = list(_fields(layer))
        name = next(value.decode() for field, value in parts if field == 1)
        assert [value for field, value in parts if field == 15] == [2]
        keys = [value.decode() for field, value in parts if field == 3]
        values = [_value(value) for field, value in parts if field == 4]
        features = []
        for field, feature in parts:
            if field == 2:
                told = dict(_fields(feature))
                tags = _numbers(told.get(2, b""))
                properties = {
                    keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)
                }
                features.append((told[3], _rings(_numbers(told[4])), properties))
        layers[name] = features
    return layers
