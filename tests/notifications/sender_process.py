"""A worker that sends, and is killed without warning at a step drawn by the test."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from terreau.core.registry import MessageKind, message_kinds
from terreau.jobs import locks
from terreau.notifications import sending

connection.settings_dict["NAME"] = os.environ["TESTS_DATABASE_NAME"]
message_kinds.register(MessageKind("tests.news", 1, "Essai", frequency="at_once"))
steps = {"left": int(sys.argv[2])}


def step() -> None:
    steps["left"] -= 1
    if steps["left"] == 0:
        os.kill(os.getpid(), signal.SIGKILL)


class Outbox(BaseEmailBackend):
    """Each mail is one line added to a file: what left cannot be taken back."""

    def send_messages(self, messages):
        for message in messages:
            step()
            with Path(sys.argv[1]).open("a") as file:
                file.write("".join(line for line in message.body.split() if line.startswith("n-")) + "\n")
            step()
        return len(messages)


def every_statement(execute, sql, params, many, context):
    step()
    result = execute(sql, params, many, context)
    step()
    return result


sending.get_connection = Outbox
worker = locks.new_worker_id()
lock = locks.hold(worker)
with connection.execute_wrapper(every_statement):
    sending.recover()
    while sending.send_due(worker):
        pass
lock.release()
