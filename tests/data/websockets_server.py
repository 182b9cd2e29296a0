"""A WebSocket server that somebody else wrote (PyPI: websockets), for the WebSocket probe.

It prints one line of JSON when it listens: {"port": N}. Exit status 77: the module is not installed.

  /echo     sends every message back; speaks the subprotocol chat.v1 when it is offered
  /close    answers the first message with the close code 1011
  /big      answers the first message with one of 60,000 bytes in fragments
  /private  wants basic authentication: lab, right
"""

import asyncio
import json
import sys

try:
    from websockets.asyncio.server import basic_auth, serve
except ImportError as error:
    sys.stderr.write("not installed: %s\n" % error)
    sys.exit(77)


async def handle(connection):
    path = connection.request.path
    async for message in connection:
        if path == "/close":
            await connection.close(1011, "database is down")
        elif path == "/big":
            await connection.send("x" * 1000 for _ in range(60))
        else:
            await connection.send(message)


check_credentials = basic_auth("lab", credentials=("lab", "right"))


async def process_request(connection, request):
    if request.path == "/private":
        return await check_credentials(connection, request)
    if request.path == "/gone":
        return connection.respond(410, "this feed has ended\n")
    return None


def select_subprotocol(connection, offered):
    return "chat.v1" if "chat.v1" in offered else None


async def main():
    # 4,096 bytes is the longest message that it takes.
    server = await serve(
        handle, "127.0.0.1", 0, process_request=process_request, select_subprotocol=select_subprotocol, max_size=4096
    )
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(main())
