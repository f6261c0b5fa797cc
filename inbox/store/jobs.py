"""Promises: work written with the change that causes it, kept until it is done."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert

from inbox.jobs import Job
from inbox.tables import JobRow


class Jobs:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.gathered: list[dict[str, Any]] = []

    def gather(self, job: Job, *, now: datetime, at: datetime) -> None:
        self.gathered.append(
            {
                "lane": job.lane,
                "run_at": at,
                "attempts": 0,
                "payload": msgspec.json.encode(job).decode(),
                "created_at": now,
            }
        )

    def flush(self) -> None:
        rows, self.gathered = self.gathered, []
        if rows:
            self.connection.execute(insert(JobRow), rows)
