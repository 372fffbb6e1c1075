"""The smallest file that is a photograph: a start, the size of a picture, a scan of nothing, an end."""
PICTURE = bytes.fromhex("ffd8ffc0000b080001000101011100ffda0008010100003f0000ffd9")
