"""Writes reference.safetensors with the format's reference implementation: pip install safetensors==0.8.0"""

import ctypes
import pathlib
import struct

from safetensors import TensorSpec, serialize

TENSORS = {
    "bool": ("bool", [3], bytes([0, 1, 1])),
    "u8": ("uint8", [2], bytes([0, 255])),
    "i8": ("int8", [1], bytes([0x80])),
    "i16": ("int16", [2], struct.pack("<2h", -2, 3)),
    "f16": ("float16", [2, 1], bytes.fromhex("003e0100")),
    "bf16": ("bfloat16", [2], bytes.fromhex("c03f80ff")),
    "i32": ("int32", [], struct.pack("<i", -7)),
    "b": ("float32", [2, 1], struct.pack("<2f", 1.5, -2)),
    "a": ("float32", [0, 4], b""),
    "f64": ("float64", [1], struct.pack("<d", 0.1)),
    "i64": ("int64", [2], struct.pack("<2q", -1, 2**62)),
    # UTF-16, Java's order, would put the two the other way round.
    "\U0001f600": ("float32", [], struct.pack("<f", 4)),
    "\ufb01\u00e9 \x1f\x7f\"/\\\n": ("float32", [], struct.pack("<f", 3)),
}

buffers = {name: ctypes.create_string_buffer(data, max(1, len(data))) for name, (_, _, data) in TENSORS.items()}
specs = {
    name: TensorSpec(dtype=dtype, shape=shape, data_ptr=ctypes.addressof(buffers[name]), data_len=len(data))
    for name, (dtype, shape, data) in TENSORS.items()
}
out = pathlib.Path(__file__).with_name("reference.safetensors")
out.write_bytes(serialize(specs, {"k\u20ac": "v\t\x01 \U0001f600"}))
