"""How the web process is served: one process with eight threads; read by gunicorn from this folder."""

import os

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = min(int(os.environ.get("WEB_CONCURRENCY", "1") or 1), 4)
worker_class, threads = "gthread", 8
timeout, graceful_timeout, keepalive = 30, 8, 5
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
accesslog = None
