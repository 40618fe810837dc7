"""Sockets, as a browser opens them: a ticket for a token, a socket for the ticket, and what is told there."""

import json
import socket
import time
import urllib.parse

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection, CloseConnection, Ping, RejectConnection, Request, TextMessage,
)


class Refused(Exception):
    """The status that was answered instead of a socket."""


class Socket:
    """An open socket at an address with a ticket."""

    def __init__(self, address, ticket):
        place = urllib.parse.urlsplit(address)
        self.stream = socket.create_connection((place.hostname, place.port), timeout=60)
        self.events, self.text = [], ""
        self.connection = WSConnection(ConnectionType.CLIENT)
        self.send(Request(host=place.netloc, target=f"{place.path}?ticket={ticket}"))
        event = self.event()
        if isinstance(event, RejectConnection):
            raise Refused(event.status_code)
        assert isinstance(event, AcceptConnection), event

    def send(self, event):
        self.stream.sendall(self.connection.send(event))

    def event(self):
        while not self.events:
            data = self.stream.recv(65536)
            self.connection.receive_data(data or None)
            self.events += list(self.connection.events())
        return self.events.pop(0)

    def say(self, **said):
        self.send(TextMessage(data=json.dumps(said)))

    def hear(self):
        """The next message; None when the socket was closed."""
        while True:
            event = self.event()
            if isinstance(event, TextMessage):
                self.text += event.data
                if event.message_finished:
                    said, self.text = self.text, ""
                    return json.loads(said)
            elif isinstance(event, Ping):
                self.send(event.response())
            elif isinstance(event, (CloseConnection, RejectConnection)):
                return None


def ticket(shop):
    return shop.call("POST", "/live/ticket")["ticket"]


def listen(shop, stranger, live, order, change, tell):
    """Somebody listens to an order while it changes; somebody of another store may not."""
    good = ticket(shop)
    open_socket = Socket(live, good)
    try:
        Socket(live, good)
        tell(step="a ticket opens one socket", answer=False)
    except Refused:
        # API Gateway answers 401 where an authorizer fails with `Unauthorized`, MiniStack 500 wherever one fails.
        tell(step="a ticket opens one socket", answer=True)
    other = Socket(live, ticket(stranger))
    other.say(type="subscribe", topic=f"order/{order}")
    refused = other.hear()
    tell(step="another store's order is unknown", answer=[refused["type"], refused["reason"]])
    open_socket.say(type="subscribe", topic=f"order/{order}")
    heard = [open_socket.hear()]
    change()
    end = time.monotonic() + 60
    while heard[-1].get("data", {}).get("status") != "CANCELLED" and time.monotonic() < end:
        heard.append(open_socket.hear())
    numbers = [it["seq"] for it in heard]
    tell(
        step="who listens hears how the order goes on",
        status=[it["data"]["status"] for it in heard[1:]][-1:],
        numbers=numbers == list(range(numbers[0], numbers[0] + len(numbers))),
    )
    open_socket.say(type="ping")
    tell(step="the socket is alive", answer=open_socket.hear()["type"])
