"""A live server whose requests take turns.

On SQLite in memory the server's threads and the test have one connection between them. Two requests at once, such as a page
and the refresh that it asks for, would enter and leave each other's transactions; one that is left open locks every later test out.
"""

import threading

from django.core.handlers.wsgi import WSGIHandler

PATIENCE = 60  # seconds


class Turns:
    """Counts the requests that have come and not gone."""

    def __init__(self, monkeypatch):
        self.turn, self.changed, self.within = threading.Lock(), threading.Condition(), 0
        answered = WSGIHandler.__call__

        def in_turn(handler, environ, start_response):
            self._count(1)
            try:
                with self.turn:
                    return answered(handler, environ, start_response)
            finally:
                self._count(-1)

        monkeypatch.setattr(WSGIHandler, "__call__", in_turn)

    def _count(self, more):
        with self.changed:
            self.within += more
            self.changed.notify_all()

    def wait(self):
        """Until every request that has come is answered; AssertionError where one stays."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.within == 0, PATIENCE), "a request of the live server never ended"
