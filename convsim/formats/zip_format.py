"""The layout of a zip archive: marks, tables and the numbers in them.

Source: PKWARE's APPNOTE.TXT, version 6.3.10, sections 4.3 to 4.5.
"""

from __future__ import annotations

import struct

END = struct.Struct("<4s4H2LH")
END_MARK = b"PK\5\6"
END64 = struct.Struct("<4sQ2H2L4Q")
END64_MARK = b"PK\6\6"
FINDER64 = struct.Struct("<4sLQL")
FINDER64_MARK = b"PK\6\7"
LISTED = struct.Struct("<4s6H3L5H2L")
LISTED_MARK = b"PK\1\2"
LOCAL = struct.Struct("<4s5H3L2H")
LOCAL_MARK = b"PK\3\4"
FULL16, FULL32 = 0xFFFF, 0xFFFFFFFF
"""A number that does not fit and stands in an extra field instead."""
STORED, DEFLATED = 0, 8
ENCRYPTED = 0x0001 | 0x0040 | 0x2000
SIZES_FOLLOW = 0x0008
UTF8 = 0x0800
