"""An OpenAI-compatible endpoint that answers with the last word of the prompt, after DELAY seconds: `mock.py DELAY` prints its port."""

from __future__ import annotations

import asyncio
import json
import sys

DELAY = float(sys.argv[1])


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
            body = json.loads(await reader.readexactly(int(fields.get(b"content-length", b"0"))))
            if DELAY:
                await asyncio.sleep(DELAY)
            if "messages" not in body:  # another API than chat completions
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                continue
            content = body["messages"][-1]["content"]
            text = content if isinstance(content, str) else content[-1]["text"]
            answer = {
                "id": "mock", "object": "chat.completion", "created": 0, "model": body["model"],
                "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text.split()[-1]}}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }  # fmt: skip
            data = json.dumps(answer).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(data) + data)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
