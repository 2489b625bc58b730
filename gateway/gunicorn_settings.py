"""How gunicorn serves the web process; read by `gunicorn -c python:gateway.gunicorn_settings`. The names are gunicorn's."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from config.logs import configure_logs
from config.process import close_process, die_with_parent
from config.settings import ROOT, load_settings

if TYPE_CHECKING:
    from gunicorn.workers.base import Worker

close_process()
_settings = load_settings()
configure_logs(_settings.log_level)


class OurLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Leads what gunicorn says to our own log, which lets no word of it through; no access log, whose lines hold secret paths."""

    def setup(self, cfg: Config) -> None:
        """Set up as gunicorn does, and take its handlers away again."""
        super().setup(cfg)
        self._access_log_enabled = False
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)
        self.access_log.handlers.clear()
        self.access_log.disabled = True


def post_fork(_arbiter: Any, worker: Worker) -> None:
    """Have the worker die with gunicorn, so that no orphan keeps the port, and import nothing from where it was started."""
    die_with_parent(worker.ppid)
    here = os.getcwd()
    sys.path[:] = [path for path in sys.path if path != here or path == str(ROOT)]


wsgi_app = "wsgi:app"
proc_name = "izwi-web"
bind = [str(_settings.bind), str(_settings.ops_bind)]
workers = _settings.web_processes
worker_class = "gthread"
threads = _settings.web_threads
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  # an empty, unlinked file for heartbeats
umask = 0o077
timeout = 60
graceful_timeout = 5
keepalive = 5
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
accesslog = None
logger_class = OurLog
control_socket_disable = True
