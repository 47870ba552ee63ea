"""What the simulator has been asked and what it answered, for tests and for the curious. Never a key."""

import hashlib
import threading
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class RequestRecord:
    """One request. `status` is None when its connection was dropped; then `code` is the kind of fault."""

    request_id: str | None
    model: str
    key_hash: str
    status: int | None
    code: str
    texts: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()
    cap: int | None = None
    charged: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    faults: tuple[str, ...] = ()
    at: float = field(default_factory=time.time)


@dataclass(frozen=True)
class Snapshot:
    """The counts at one moment."""

    received: int
    by_status: dict[str, int]
    by_code: dict[str, int]
    questions: int
    tokens_charged: int
    in_flight: int
    most_in_flight: int


class Stats:
    """Counts and the latest records; any thread may read them while requests are being served."""

    def __init__(self, keep: int) -> None:
        self._lock = threading.Lock()
        self._records: deque[RequestRecord] = deque(maxlen=keep)
        self._in_flight = 0
        self._clear()

    def _clear(self) -> None:
        self._received = self._questions = self._charged = 0
        self._most_in_flight = self._in_flight
        self._by_status: Counter[str] = Counter()
        self._by_code: Counter[str] = Counter()
        self._records.clear()

    def reset(self) -> None:
        """Forget everything but the requests in flight."""
        with self._lock:
            self._clear()

    def enter(self) -> None:
        """A request has arrived."""
        with self._lock:
            self._received += 1
            self._in_flight += 1
            self._most_in_flight = max(self._most_in_flight, self._in_flight)

    def leave(self) -> None:
        """A request has been answered or dropped."""
        with self._lock:
            self._in_flight -= 1

    def record(self, record: RequestRecord) -> None:
        """It has been decided what becomes of a request; its answer may still be on the way."""
        with self._lock:
            self._records.append(record)
            self._by_status[str(record.status or record.code)] += 1
            self._by_code[record.code] += 1
            self._questions += len(record.ids)
            self._charged += record.charged

    @property
    def records(self) -> tuple[RequestRecord, ...]:
        """The latest records, oldest first."""
        with self._lock:
            return tuple(self._records)

    @property
    def snapshot(self) -> Snapshot:
        """The counts now."""
        with self._lock:
            return Snapshot(
                self._received,
                dict(self._by_status),
                dict(self._by_code),
                self._questions,
                self._charged,
                self._in_flight,
                self._most_in_flight,
            )

    def as_json(self) -> dict[str, Any]:
        """Counts and records as a JSON document."""
        return asdict(self.snapshot) | {"records": [asdict(record) for record in self.records]}


def key_hash(key: str) -> str:
    """Something to tell keys apart by that is not the key."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]
