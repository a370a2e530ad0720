"""Close one wave in a process of its own, and print how long it took and how much memory it needed, as JSON.

python -m tests.load.close DIRECTORY WAVE
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from uuid import UUID

from bot import logs
from bot.loop import run
from tests.load.centre import ground


async def close(directory: Path, wave: UUID) -> None:
    """Close, publish, destroy and erase, as the job does."""
    with ground(directory) as on:
        app = on.build()
        began = time.perf_counter()
        await app.closing.close(wave)
        closed = time.perf_counter() - began
        erased = await app.closing.erase()
        await app.database.dispose()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        json.dump(
            {"seconds": closed, "all": time.perf_counter() - began, "peak_mb": peak, "erased": erased}, sys.stdout
        )


if __name__ == "__main__":
    logs.configure("WARNING")
    run(close(Path(sys.argv[1]), UUID(sys.argv[2])))
