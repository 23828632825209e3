"""What another process would do on the bus."""

import asyncio
import json

from chat.live import publisher


def of_other(**batch) -> str:
    return f"other\n{json.dumps(batch)}"


async def subscribed(client):
    """Wait until the process under test is subscribed."""
    async with asyncio.timeout(5):
        while (await client.pubsub_numsub(publisher.channel()))[0][1] < 1:  # noqa: ASYNC110 - only Redis knows
            await asyncio.sleep(0.01)
