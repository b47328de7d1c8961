"""The same work shared between several processes of this machine, made by division of this one.

What was read into memory before is there in each, without being sent; only what each tells, and what it
found, comes back. A connection to the database that they inherit is their parent’s: not theirs to use. They
die with it.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from terreau.core.errors import TerreauError, ToldError

# Below so many rows, a second process costs more than it gains.
SHARED_FROM = 20_000
MOST_PROCESSES = 4
_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 2.0

Item = TypeVar("Item")
Tell = Callable[[Any], None]
Task = Callable[[Tell], Any]


def processes_for(rows: int) -> int:
    """How many processes should share work on so many rows, on this machine."""
    if rows < SHARED_FROM:
        return 1
    return max(1, min(MOST_PROCESSES, len(os.sched_getaffinity(0))))


def share(tasks: Sequence[Task], progress: Callable[[Sequence[int]], None]) -> list[Any]:
    """Run each task in a process of its own; a single one, in this process.

    Args:
        tasks: each is given a function by which it tells a number, how far it has come.
        progress: told the number last told by each task, now and then; what it raises stops them all.

    Returns:
        What each task returned.

    Raises:
        TerreauError: that of the first task that raised one.
        RuntimeError: when a process died, or failed in another way.
    """
    come = [0] * len(tasks)

    def hear(index: int, told: int) -> None:
        come[index] = told
        progress(come)

    return gather(tasks, hear, lambda: progress(come))


def gather(
    tasks: Sequence[Task], hear: Callable[[int, Any], None], look: Callable[[], None] = lambda: None
) -> list[Any]:
    """Run each task as `share` does, and hear all that each tells: its rank, then what it said.

    A task waits when what it told is not yet heard, so that nothing piles up. `look` is called now and then
    even when nobody says anything; what it raises stops them all.
    """
    if len(tasks) == 1:
        return [tasks[0](lambda told: hear(0, told))]
    context = multiprocessing.get_context("fork")
    # What is there now is here to stay: the collector of each process leaves it, and its memory, alone.
    gc.collect()
    gc.freeze()
    pipes: list[Connection] = []
    children = []
    try:
        for task in tasks:
            receiver, sender = context.Pipe(duplex=False)
            child = context.Process(target=_child, args=(task, sender, [*pipes, receiver]), daemon=True)
            child.start()
            sender.close()
            pipes.append(receiver)
            children.append(child)
        return _follow(pipes, hear, look)
    finally:
        for child in children:
            child.terminate()
            child.join()
        for pipe in pipes:
            pipe.close()


def ahead(make: Callable[[], Iterator[Item]]) -> Iterator[Item]:
    """What an iterator gives, made by a process of its own while this one works on what came before.

    The process is one item ahead at most: it waits until what it made is taken.

    Args:
        make: begins the iterator, in the other process.

    Raises:
        Exception: what the iterator raises.
        RuntimeError: when the process died.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_make_ahead, args=(make, sender, receiver), daemon=True)
    child.start()
    sender.close()
    try:
        while (said := _received(receiver))[0] == "item":
            yield said[1]
        if said[0] == "failed":
            raise said[1]
    finally:
        child.terminate()
        child.join()
        receiver.close()


def _received(receiver: Connection) -> tuple[str, Any]:
    try:
        said: tuple[str, Any] = receiver.recv()
    except EOFError:
        raise RuntimeError("a process that worked ahead died") from None
    return said


def _make_ahead(make: Callable[[], Iterator[Any]], sender: Connection, receiver: Connection) -> None:
    _part_from_parent([receiver])
    try:
        for item in make():
            sender.send(("item", item))
        sender.send(("done", None))
    except Exception as error:
        _send_error(sender, error)
    finally:
        sender.close()
        os._exit(0)


def _send_error(sender: Connection, error: Exception) -> None:
    try:
        sender.send(("failed", error))
    except Exception:
        # Some errors hold what cannot go from a process to another.
        sender.send(("failed", RuntimeError(repr(error))))


def _child(task: Task, sender: Connection, inherited: list[Connection]) -> None:
    _part_from_parent(inherited)
    try:
        found = task(lambda told: sender.send(("told", told)))
        sender.send(("done", found))
    except ToldError as error:
        sender.send(("refused", (error.message, error.where, error.remedy)))
    except Exception as error:
        sender.send(("failed", repr(error)))
    finally:
        sender.close()
        # Nothing of the parent's is closed or flushed a second time.
        os._exit(0)


def die_with_parent() -> None:
    """Whatever kills the parent, end with it: a lock that it held is not kept, nor a processor."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _part_from_parent(inherited: list[Connection]) -> None:
    """Die with the parent, answer the signals as a plain process does, keep nothing of its pipes."""
    die_with_parent()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for pipe in inherited:
        pipe.close()
    # Rows make no cycles, and looking for some takes a tenth of the time.
    gc.disable()


def _follow(pipes: list[Connection], hear: Callable[[int, Any], None], look: Callable[[], None]) -> list[Any]:
    found: dict[Connection, Any] = {}
    while len(found) < len(pipes):
        for pipe in wait([pipe for pipe in pipes if pipe not in found], timeout=_LOOK_SECONDS):
            assert isinstance(pipe, Connection)
            try:
                kind, said = pipe.recv()
            except EOFError:
                raise RuntimeError("a process that shared the work died") from None
            if kind == "told":
                hear(pipes.index(pipe), said)
            elif kind == "done":
                found[pipe] = said
            elif kind == "refused":
                raise TerreauError(said[0], where=said[1], remedy=said[2])
            else:
                raise RuntimeError(said)
        look()
    return [found[pipe] for pipe in pipes]
