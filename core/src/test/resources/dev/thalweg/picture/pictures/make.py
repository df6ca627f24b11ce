"""Makes the pictures beside this file and expected.tsv: what Pillow reads from each.

    python3 make.py        (needs Pillow 12 or newer with WebP)

A line of expected.tsv: file, width, height, and the CRC-32 of the RGB bytes of
exif_transpose(picture).convert("RGB"), or the bytes themselves in hexadecimal for the two
lossy WebP files, which decoders may enlarge the colour of in different ways.
"""
import io, os, struct, zlib
from PIL import Image, ImageOps

W, H = 11, 7
os.chdir(os.path.dirname(os.path.abspath(__file__)))
lines = []


def picture(alpha=False, w=W, h=H):
    im = Image.new("RGBA" if alpha else "RGB", (w, h))
    for y in range(h):
        for x in range(w):
            rgb = (x * 255 // (w - 1), y * 255 // (h - 1), (x * 70 + y * 110) % 256)
            im.putpixel((x, y), rgb + ((x * 130 + y * 50) % 256,) if alpha else rgb)
    return im


def gentle(alpha=False):
    im = Image.new("RGBA" if alpha else "RGB", (16, 12))
    for y in range(12):
        for x in range(16):
            rgb = (60 + 8 * x, 80 + 9 * y, 200 - 4 * x - 3 * y)
            im.putpixel((x, y), rgb + (255 - 9 * x,) if alpha else rgb)
    return im


def keep(name, content, exact=True):
    open(name, "wb").write(content)
    rgb = ImageOps.exif_transpose(Image.open(name)).convert("RGB")
    found = "%08x" % zlib.crc32(rgb.tobytes()) if exact else rgb.tobytes().hex()
    lines.append("%s\t%d\t%d\t%s\n" % (name, *rgb.size, found))


def save(im, name, exact=True, **options):
    out = io.BytesIO()
    im.save(out, name.rsplit(".", 1)[1].replace("jpg", "jpeg"), **options)
    keep(name, out.getvalue(), exact)


def pack(values, depth):
    bits = "".join(format(v, "0%db" % depth) for v in values)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def png(depth, colour, samples, interlaced):
    """Kinds of PNG that Pillow does not write, with other values in every sample."""
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for x0, y0, dx, dy in passes:
        for y in range(y0, H, dy):
            line = [
                (x * 7 + y * 13 + c * 29) * max((1 << depth) // 16, 1) % (1 << depth)
                for x in range(x0, W, dx)
                for c in range(samples)
            ]
            if line:
                rows += b"\0" + pack(line, depth)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", W, H, depth, colour, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def moved(gif):
    """The same frame at (5, 3) on a canvas of 20 × 13."""
    at = gif.index(b"\x2c\0\0\0\0" + struct.pack("<HH", W, H))
    return gif[:6] + struct.pack("<HH", 20, 13) + gif[10 : at + 1] + struct.pack("<HH", 5, 3) + gif[at + 5 :]


def bmp(bits, compression, pixels, palette=b"", masks=b"", height=H):
    at = 54 + len(masks) + len(palette)
    return (
        b"BM"
        + struct.pack("<IHHI", at + len(pixels), 0, 0, at)
        + struct.pack("<IiiHHIIiiII", 40, W, height, 1, bits, compression, len(pixels), 0, 0, len(palette) // 4, 0)
        + masks
        + palette
        + pixels
    )


def rows(row, bits):
    return b"".join(row(y) + b"\0" * (-((W * bits + 7) // 8) % 4) for y in range(H))


p, a = picture(), picture(True)
grey = p.convert("L")
few = p.quantize(13)

save(p, "progressive.jpg", progressive=True, optimize=True, quality=80)
save(grey, "grey.jpg", optimize=True, quality=80)
save(p.convert("CMYK"), "cmyk.jpg", optimize=True, quality=80)
save(p, "rgb.jpg", keep_rgb=True, optimize=True, quality=80)

save(a, "alpha.png")
save(Image.merge("LA", (grey, a.getchannel("A"))), "grey-alpha.png")
save(few, "palette.png", transparency=3)
save(p, "transparent-colour.png", transparency=(0, 0, 0))
for depth, colour, samples in ((1, 0, 1), (2, 0, 1), (4, 0, 1), (16, 2, 3), (16, 6, 4), (8, 2, 3)):
    for interlaced in (0, 1):
        keep("depth%d-colour%d%s.png" % (depth, colour, "-interlaced" if interlaced else ""),
             png(depth, colour, samples, interlaced))

save(few, "plain.gif")
save(few, "transparent.gif", transparency=5)
save(few, "interlaced.gif", interlace=1)
save(p, "animated.gif", save_all=True, append_images=[Image.eval(p, lambda v: 255 - v)], duration=100)
keep("moved.gif", moved(open("plain.gif", "rb").read()))
keep("moved-transparent.gif", moved(open("transparent.gif", "rb").read()))

ramp = b"".join(bytes((i, 255 - i, i // 2, 0)) for i in range(0, 256, 16))
save(p, "plain.bmp")
save(grey.convert("1"), "bit.bmp")
save(a, "alpha.bmp")
keep("palette.bmp", bmp(4, 0, rows(lambda y: pack([(x + y) % 16 for x in range(W)], 4), 4), ramp))
keep("top-down.bmp", bmp(24, 0, rows(lambda y: bytes((9 * x + 30 * y + c) % 256 for x in range(W) for c in range(3)), 24), height=-H))
keep("run-lengths.bmp", bmp(8, 1, b"".join(bytes((W - 3, y, 0, 3, 1, 2, 3, 0, 0, 0)) for y in range(H)) + b"\0\1", ramp))

save(p, "lossless.webp", lossless=True)
save(few.convert("RGB"), "palette.webp", lossless=True, method=6)
save(a, "lossless-alpha.webp", lossless=True, exact=True)
save(p, "animated.webp", save_all=True, append_images=[Image.eval(p, lambda v: 255 - v)], lossless=True, duration=100)
save(gentle(), "lossy.webp", exact=False, quality=90)
save(gentle(True), "lossy-alpha.webp", exact=False, quality=90)

for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x112] = orientation
    save(p, "exif%d.png" % orientation, exif=exif)
    save(p, "exif%d.webp" % orientation, exif=exif, lossless=True)

open("expected.tsv", "w").writelines(lines)
