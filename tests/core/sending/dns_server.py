"""A DNS server of the tests' own, for TXT records: it says what each test tells it to, or nothing at all."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@dataclass
class Zone:
    """`records` by name, each a list of texts; another name does not exist. `silent` answers nobody."""

    records: dict[str, list[str]] = field(default_factory=dict)
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR
    silent: bool = False
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def resolvers(self) -> list[str]:
        return [f"127.0.0.1:{self.port}"]

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        name = query.question[0].name.to_text().rstrip(".").lower()
        self.asked.append(name)
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        texts = self.records.get(name)
        response.set_rcode(self.rcode if self.rcode or texts is not None else dns.rcode.NXDOMAIN)
        if texts and not self.rcode:
            quoted = [
                " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255)) for text in texts
            ]
            response.answer.append(dns.rrset.from_text_list(f"{name}.", 60, "IN", "TXT", quoted))
        return response


@contextmanager
def running_dns() -> Iterator[Zone]:
    """A zone served on a free UDP port of this machine."""
    zone = Zone()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        zone.port = server.getsockname()[1]
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    data, peer = server.recvfrom(4096)
                except TimeoutError:
                    continue
                if not zone.silent:
                    server.sendto(zone.answer(dns.message.from_wire(data)).to_wire(max_size=4096), peer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield zone
        finally:
            over.set()
            thread.join(5)
