"""How gunicorn serves Vein Care, here and in production (gunicorn reads this file by itself: `gunicorn vein_care.wsgi`)."""

import gc
import os
from pathlib import Path

port = os.environ.get("PORT") or "8000"
bind = f"127.0.0.1:{port}"
worker_class = "vein_care.web_worker.StayingWorker"
workers = 2
threads = 4
preload_app = True
keepalive = 5

# No access log: it would hold addresses and query strings (design.md §12). A proxy in front can keep one without them.
accesslog = None
loglevel = "warning"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None


def when_ready(server):
    """Say where the demo is, once it really is there. Passkeys refuse 127.0.0.1, so the address is localhost."""
    from django.conf import settings

    if settings.VEIN_CARE_DEMO:
        from sessions.demo import LOGINS, PASSWORD

        print(f"\nVein Care is ready: http://localhost:{port}\n\nSign in with the password {PASSWORD} as")
        for login_name, role in LOGINS:
            print(f"  {login_name:<12}{role}")
        print("\nEnd it with Ctrl-C or `make stop`.", flush=True)


def pre_fork(_server, _worker):
    """What is loaded stays for good: it is not looked through for garbage again and again (docs/reference/benchmarks.md)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
