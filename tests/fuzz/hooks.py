"""What schemathesis needs to know of Assay beyond the OpenAPI document.

Paths name things that exist only in a running server; `ASSAY_FUZZ_THINGS` maps beginnings of paths, as the document
writes them, to values of their parameters. Most requests get these instead of what was drawn, so that they reach more
than the answer 404; the others keep what was drawn.
"""

import json
import os
import zlib

import schemathesis

THINGS = json.loads(os.environ["ASSAY_FUZZ_THINGS"])


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    drawn = dict(path_parameters or {})
    # Decided by what was drawn, so that the same seed gives the same requests.
    if zlib.crc32(repr(sorted(drawn.items())).encode()) % 4 == 0:
        return drawn
    path = context.operation.path
    for beginning in sorted(THINGS, key=len):
        if path.startswith(beginning):
            drawn |= {name: value for name, value in THINGS[beginning].items() if name in drawn}
    return drawn


@schemathesis.serializer("application/toml")
def toml(context, value):
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@schemathesis.deserializer("application/toml", "application/pdf", "application/x-tar", "text/csv", "text/markdown")
def text(context, response):
    return response.content.decode(errors="replace")
