"""The network between a browser and the server: it can refuse, hang, and lose what comes back."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable
from typing import Any

BAD_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 24\r\n"
    b"Connection: close\r\n\r\n<h1>502 Bad Gateway</h1>"
)
#: What a network that wants a login first answers to everything.
CAPTIVE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 18\r\n"
    b"Connection: close\r\n\r\n<h1>Accueil</h1>\r\n"
)
#: In the address that takes what waited on a device.
SENDING = b"/envoi/"
#: Seconds after which a server that says nothing more is given up.
PATIENCE = 60


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    network: "Network"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no fault."""


class _Exchange(socketserver.BaseRequestHandler):
    server: _Listener

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            asked = _read_request(self.request)
            if asked:
                self.server.network.exchange(self.request, asked)


class Network:
    """One request a connection, each decided by the `mode` of that moment (see `NETWORKS`)."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.mode = "well"
        #: Called once, when a request that writes has reached the server.
        self.when_sent: Callable[[], None] | None = None
        self._hanging = threading.Event()
        self._listener = _Listener(("127.0.0.1", 0), _Exchange)
        self._listener.network = self
        self.url = f"http://127.0.0.1:{self._listener.server_address[1]}"
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def become(self, mode: str) -> None:
        """From now on requests meet this; those that hang are dropped."""
        self.mode = mode
        self._hanging.set()
        self._hanging = threading.Event()

    def close(self) -> None:
        """Hang up on everybody."""
        self.become("well")
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()

    def exchange(self, client: socket.socket, asked: bytes) -> None:
        """Answer one request as the mode says."""
        mode, hanging = self.mode, self._hanging
        if mode.startswith("sending "):
            mode = mode.removeprefix("sending ") if SENDING in asked.split(b"\r\n")[0] else "well"
        if mode == "502":
            client.sendall(BAD_GATEWAY)
        elif mode == "captive":
            client.sendall(CAPTIVE)
        elif mode == "hangs":
            hanging.wait(PATIENCE)
        else:
            answer = self._ask_server(asked)
            if mode == "well":
                client.sendall(answer)

    def _ask_server(self, asked: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.server_port), PATIENCE) as server:
            server.sendall(asked)
            if self.when_sent and asked.startswith(b"POST "):
                then, self.when_sent = self.when_sent, None
                then()
            parts = []
            while part := server.recv(65_536):
                parts.append(part)
            return b"".join(parts)


def _read_request(client: socket.socket) -> bytes:
    """The whole request, changed so that its connection ends with the answer."""
    client.settimeout(PATIENCE)
    read = b""
    while b"\r\n\r\n" not in read:
        part = client.recv(65_536)
        if not part:
            return b""  # opened in advance, and not used
        read += part
    head, body = read.split(b"\r\n\r\n", 1)
    lines = head.split(b"\r\n")
    length = 0
    for line in lines[1:]:
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        part = client.recv(65_536)
        if not part:
            return b""
        body += part
    kept = [line for line in lines if not line.lower().startswith((b"connection:", b"keep-alive:"))]
    return b"\r\n".join([*kept, b"Connection: close", b"", b""]) + body
