"""A body that is the same for everyone: made once per process, sent from memory, compressed or not, with its ETag."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property

import brotli
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

SMALLEST_WORTH_COMPRESSING = 1024


@dataclass(frozen=True)
class FixedPage:
    body: bytes
    content_type: str

    @cached_property
    def digest(self):
        return hashlib.sha256(self.body).hexdigest()[:32]

    @cached_property
    def _encodings(self):
        """Best first. Nothing secret is in these bodies, so their compressed length gives nothing away."""
        if len(self.body) < SMALLEST_WORTH_COMPRESSING:
            return {}
        return {"br": brotli.compress(self.body), "gzip": gzip.compress(self.body, mtime=0)}

    def respond(self, request, *, cache_control):
        """200 with the body, or 304 when the asker has it."""
        accepted = {part.split(";")[0].strip().lower() for part in request.headers.get("Accept-Encoding", "").split(",")}
        encoding = next((name for name in self._encodings if name in accepted), None)
        response = HttpResponse(self._encodings.get(encoding, self.body), content_type=self.content_type)
        if encoding:
            response.headers["Content-Encoding"] = encoding
        # Weak, because the same page comes in several encodings.
        response.headers["ETag"] = f'W/"{self.digest}"'
        response.headers["Cache-Control"] = cache_control
        patch_vary_headers(response, ["Accept-Encoding"])
        return get_conditional_response(request, etag=response.headers["ETag"], response=response)
