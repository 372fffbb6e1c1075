"""A webhook's address on 127.0.0.1, for the tests of what the service promises."""
import http.server
import json
import threading


class Receiver:
    """Takes every call at once, or when `gate` is set. `told`: the numbers under which each change came, by the id of its
    record (hex). `waiting`: calls that came and are not answered."""

    def __init__(self):
        self.told, self.waiting, self.gate, lock = {}, 0, threading.Event(), threading.Lock()
        self.gate.set()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
                with lock:
                    numbers = self.told.setdefault(body["data"]["id"].replace("-", ""), set())
                    numbers.add(handler.headers["webhook-id"])
                    self.waiting += 1
                self.gate.wait(9)
                with lock:
                    self.waiting -= 1
                handler.send_response(204)
                handler.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{server.server_address[1]}"
