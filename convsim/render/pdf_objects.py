"""A PDF file is a list of numbered objects and a table that says where each of them begins."""

from __future__ import annotations

import hashlib
import zlib


class Objects:
    """The numbered objects of a PDF file."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def add(self, body: str | bytes) -> int:
        """Add an object and return its number."""
        self.bodies.append(body.encode("latin-1") if isinstance(body, str) else body)
        return len(self.bodies)

    def stream(self, entries: str, data: bytes) -> int:
        """Add compressed data and return its number."""
        packed = zlib.compress(data, 9)
        head = f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>stream\n"
        return self.add(head.encode("latin-1") + packed + b"\nendstream")

    def file(self, root: int, info: int) -> bytes:
        """Return the whole file."""
        out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
        table = "0000000000 65535 f \n"
        for i, body in enumerate(self.bodies, 1):
            table += f"{len(out):010} 00000 n \n"
            out += f"{i} 0 obj\n".encode() + body + b"\nendobj\n"
        count = len(self.bodies) + 1
        # The identity is that of the content: the same picture is the same document.
        name = hashlib.sha256(out).hexdigest()[:32]
        trailer = f"<</Size {count}/Root {root} 0 R/Info {info} 0 R/ID[<{name}><{name}>]>>"
        end = f"xref\n0 {count}\n{table}trailer\n{trailer}\nstartxref\n{len(out)}\n%%EOF\n"
        return out + end.encode()
