#!/usr/bin/env python3
"""Makes known.bloom: a Bloom filter of passwords that were published, out of two Python wheels.

    pip download --no-deps django==5.2.19 zxcvbn==4.5.0
    python3 make_bloom.py django-5.2.19-py3-none-any.whl zxcvbn-4.5.0-py2.py3-none-any.whl

Form: "PLNRBLM1", bits and hashes as 32-bit little-endian numbers, then the bits. Hash i of a password is
(a + i*b) mod bits, where a and b are the first two 64-bit little-endian numbers of the SHA-256 of its lower-case UTF-8.
"""
import ast
import gzip
import hashlib
import struct
import sys
import zipfile

django, zxcvbn = (zipfile.ZipFile(path) for path in sys.argv[1:3])
names = [name for name in django.namelist() if name.endswith("common-passwords.txt.gz")]
words = set(gzip.decompress(django.read(names[0])).decode().split())
source = zxcvbn.read("zxcvbn/frequency_lists.py").decode()
calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Dict)]
words |= set(next(
    value.func.value.value for key, value in zip(calls[0].keys, calls[0].values) if key.value == "passwords"
).split(","))
words = sorted({word.lower() for word in words if len(word) >= 4})
bits, hashes = len(words) * 20, 14
field = bytearray(bits // 8 + 1)
for word in words:
    a, b = struct.unpack("<QQ", hashlib.sha256(word.encode()).digest()[:16])
    for i in range(hashes):
        place = (a + i * b) % 2**64 % bits
        field[place // 8] |= 1 << place % 8
with open("known.bloom", "wb") as out:
    out.write(b"PLNRBLM1" + struct.pack("<II", bits, hashes) + bytes(field))
print(len(words), "passwords,", len(field), "bytes")
