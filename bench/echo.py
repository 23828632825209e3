"""The floor of the sockets: a WebSocket that echoes its frames, on our ASGI server.    python -m bench.echo PORT"""

import sys

import uvicorn


async def echo(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": event["text"]})


uvicorn.run(
    echo,
    port=int(sys.argv[1]),
    ws="websockets-sansio",
    ws_per_message_deflate=False,
    ws_ping_timeout=None,
    lifespan="off",
    access_log=False,
    log_level="warning",
)
