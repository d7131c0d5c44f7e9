"""A ZIP archive sent as it is made: nothing is kept, and what was made so far is handed on block by block."""

import time
import zipfile

QUICKLY = 1  # how hard to compress: a tenth of the size at a third of the work
LARGE_ROWS = 2_000_000  # from here on a file might pass 2 GB, which has to be said before it begins


class Archive:
    """Files are added one after the other; `taken()` gives the bytes made since it was last asked, and after `close` the last of them."""

    def __init__(self, *, expected_rows):
        self._made = []
        self._zip = zipfile.ZipFile(_Sink(self._made), "w", zipfile.ZIP_DEFLATED, compresslevel=QUICKLY)
        self._is_large = expected_rows > LARGE_ROWS

    def open(self, name):
        info = zipfile.ZipInfo(name, time.localtime()[:6])
        info.compress_type, info._compresslevel = zipfile.ZIP_DEFLATED, QUICKLY
        info.external_attr = 0o600 << 16
        return self._zip.open(info, "w", force_zip64=self._is_large)

    def add(self, name, content):
        with self.open(name) as file:
            file.write(content)

    def close(self):
        self._zip.close()

    def taken(self):
        made = b"".join(self._made)
        self._made.clear()
        return made


class _Sink:
    """What zipfile writes to. It has no `tell`, so zipfile does not go back to write sizes in."""

    def __init__(self, made):
        self._made = made

    def write(self, data):
        self._made.append(bytes(data))
        return len(data)

    def flush(self):
        pass
