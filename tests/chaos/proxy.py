"""A TCP proxy between daemons and their stores that can be told to misbehave. Run as a program.

A process of its own: the load's threads would otherwise share one interpreter lock with every byte
that travels between daemons, broker and database.

Argument: a JSON object {name: [address, port, target address, target port, seconds each chunk always waits]}.
Then one JSON object a line on stdin, each answered by a line on stdout:

    {"do": "cut", "names": [...], "share": 0.5, "seed": 1}   resets that share of the open connections
    {"do": "delay", "names": [...], "seconds": 0.2}          each chunk waits, in both directions
    {"do": "hole", "names": [...]}                           nothing passes, new connections included
    {"do": "heal"}                                           all as usual; what waited goes on its way
"""
import asyncio
import json
import random
import socket
import struct
import sys

CHUNK = 1 << 18
RESET = struct.pack("ii", 1, 0)  # linger 0: the peer sees a reset, not an orderly end


class Route:
    """One listening place with the state that its connections obey."""

    def __init__(self, name, target, distance):
        self.name, self.target = name, target
        self.pairs = set()
        self.delay = self.distance = distance
        self.open = asyncio.Event()
        self.open.set()

    async def accept(self, reader, writer):
        await self.open.wait()  # a partition swallows the first packet too
        try:
            there_reader, there_writer = await asyncio.open_connection(*self.target, limit=CHUNK)
        except OSError:
            abort(writer)
            return
        pair = (writer, there_writer)
        self.pairs.add(pair)
        try:
            await asyncio.gather(self.pump(reader, there_writer), self.pump(there_reader, writer))
        finally:
            self.pairs.discard(pair)
            for side in pair:
                side.close()

    async def pump(self, reader, writer):
        try:
            while True:
                data = await reader.read(CHUNK)
                await self.open.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                if not data:
                    break
                writer.write(data)
                await writer.drain()
            writer.write_eof()
        except (OSError, RuntimeError):
            writer.close()


def abort(writer):
    """Ends a connection with a reset."""
    link = writer.get_extra_info("socket")
    if link is not None:
        try:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        except OSError:
            pass  # closed already
    writer.transport.abort()


def cut(routes, share, seed):
    """Resets a share of the connections; returns how many."""
    pairs = [pair for route in routes for pair in route.pairs]
    chosen = random.Random(seed).sample(pairs, round(len(pairs) * share))
    for pair in chosen:
        for side in pair:
            abort(side)
    return len(chosen)


def obey(routes, order):
    chosen = [routes[name] for name in order.get("names", routes)]
    if order["do"] == "cut":
        return cut(chosen, order["share"], order["seed"])
    for route in chosen:
        if order["do"] == "delay":
            route.delay = route.distance + order["seconds"]
        elif order["do"] == "hole":
            route.open.clear()
        elif order["do"] == "heal":
            route.delay = route.distance
            route.open.set()
    return sum(len(route.pairs) for route in chosen)


async def main(places):
    routes = {}
    for name, (address, port, to_address, to_port, distance) in places.items():
        route = routes[name] = Route(name, (to_address, to_port), distance)
        await asyncio.start_server(route.accept, address, port, limit=CHUNK, backlog=512)
    print(json.dumps("ready"), flush=True)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while True:
        line = await orders.readline()
        if not line:
            break  # whoever started this is gone
        print(json.dumps(obey(routes, json.loads(line))), flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(main(json.loads(sys.argv[1])))
    except KeyboardInterrupt:
        pass
