"""gunicorn as a Frappe bench runs it: a few processes with a few threads each, recycled now and then."""

import os

bind = f"127.0.0.1:{os.environ['LOCALBENCH_GUNICORN_PORT']}"
workers = int(os.environ.get("LOCALBENCH_WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
timeout = 120
graceful_timeout = 10
keepalive = 75  # longer than the front door keeps its connections, so that it never writes to a closed one
max_requests = 20_000
max_requests_jitter = 2_000
preload_app = True  # one import of Frappe, shared by the processes
forwarded_allow_ips = "127.0.0.1"
limit_request_field_size = 16_380
accesslog = None
