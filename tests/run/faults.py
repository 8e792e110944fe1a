"""Works that fail in every way a worker can; imported by name inside worker processes."""

import os
import signal
import time
from pathlib import Path

from extractors.domain.errors import Damaged
from pipeline.store import DocumentRows
from pipeline.worker import Job, extract_original

_HELD: list[bytes] = []


def by_name(job: Job) -> DocumentRows:
    """Fails as the name of the source says, else extracts."""
    match Path(job.source).stem:
        case "hangs":
            time.sleep(600)
        case "dies":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "eats":
            return [bytes(1 << 20) for _ in range(100_000)]  # type: ignore[return-value]
        case "fills":  # what one document left behind, the next meets the limit with
            _HELD.append(bytes(500 << 20))
        case "breaks":
            raise ZeroDivisionError("a rule divides by nothing")
        case "damaged":
            raise Damaged("It is torn", advice="Mend it")
    return extract_original(job)
