"""Where applications announce themselves, so that the portal knows none of them by name.

An application registers in the `ready()` of its `apps.py`; the portal iterates. No arrow goes up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar


class Ranked(Protocol):
    """What can be registered: something with a key and a place in the order."""

    @property
    def key(self) -> str:
        """What names the entry."""
        ...

    @property
    def rank(self) -> int:
        """Its place in the order."""
        ...


Entry = TypeVar("Entry", bound=Ranked)


@dataclass
class Registry(Generic[Entry]):
    """Entries by key, iterated in the order of their rank."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def register(self, entry: Entry) -> None:
        """Add an entry; the same key again replaces it (an application loaded twice)."""
        self.entries[entry.key] = entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(sorted(self.entries.values(), key=lambda entry: (entry.rank, entry.key)))


@dataclass(frozen=True)
class MenuEntry:
    """One entry of the main navigation."""

    key: str
    rank: int
    label: Any
    url_name: str
    # Path prefixes under which this entry is the current one.
    covers: tuple[str, ...] = ()
    # Whether there is anything behind it; always, when not told.
    shown: Callable[[], bool] | None = None


@dataclass(frozen=True)
class TerritoryPanel:
    """One part of a territory's public page: a template and what it is given.

    `context(territory, person)` returns None when there is nothing to show.
    """

    key: str
    rank: int
    template: str
    context: Callable[[Any, Any], dict[str, Any] | None]


@dataclass(frozen=True)
class HomePanel:
    """One part of the first page; `context(person)` returns None when there is nothing to show."""

    key: str
    rank: int
    template: str
    context: Callable[[Any], dict[str, Any] | None]


@dataclass(frozen=True)
class StepState:
    """Where one step of the chain stands for a territory, and the next thing to do."""

    state: str  # "done", "now" or "later"
    text: str
    url: str = ""
    url_label: str = ""


@dataclass(frozen=True)
class ChainStep:
    """One step of the chain from actors to results."""

    key: str
    rank: int
    label: Any
    state: Callable[[Any, Any], StepState]


@dataclass(frozen=True)
class WorkspaceTask:
    """Something that waits for a person: `items(person)` gives dicts with `text`, `url`, `count`.

    What a person may do at any time is no task: see `TerritoryDoor` and `PersonDoor`.
    """

    key: str
    rank: int
    items: Callable[[Any], list[dict[str, Any]]]


class DoorGroup(Enum):
    """What the ways into a territory are sorted under, in the order of the work; the portal names them."""

    ACTORS = "actors"
    KNOWING = "knowing"
    ACTING = "acting"
    KEEPING = "keeping"


@dataclass(frozen=True)
class TerritoryDoor:
    """One way in for those who keep a territory: `url(territory)` is None where there is nothing to keep.

    `rank` is its place in its group; `right` names the right on the territory that opens it.
    """

    key: str
    group: DoorGroup
    rank: int
    label: Any
    url: Callable[[Any], str | None]
    right: str = "edit_sheets"


@dataclass(frozen=True)
class PersonDoor:
    """One way in that does not hang on a territory: `url(person)` is None for those it is not for."""

    key: str
    rank: int
    label: Any
    url: Callable[[Any], str | None]


@dataclass(frozen=True)
class MessageKind:
    """One kind of news that people may be written to about.

    `frequency` (`at_once`, `daily`, `weekly`, `none`) holds for whoever chose nothing. An essential kind
    answers what its reader just asked for, or is owed to them: it leaves at once and cannot be refused.
    """

    key: str
    rank: int
    label: Any
    frequency: str = "daily"
    essential: bool = False


@dataclass(frozen=True)
class PersonalData:
    """What an application holds about a person, for « Mes données ».

    `export(person)` gives values that JSON can hold; `erase(person)` deletes, or takes the name off, in the
    caller's transaction. `erased` and `kept` tell the person, before, what goes and what stays without name.
    """

    key: str
    rank: int
    label: Any
    export: Callable[[Any], Any]
    erase: Callable[[Any], None]
    erased: Any = ""
    kept: Any = ""


@dataclass(frozen=True)
class Waiting:
    """Something that waits in a territory: what, where to go, how many, and why it matters."""

    text: Any
    url: str
    count: int
    why: Any = ""


@dataclass(frozen=True)
class TerritoryWait:
    """One kind of thing that waits in territories, whoever looks after them.

    `counts(territories)` is a query, not yet run, of pairs: the key of a territory, how many wait in it. All
    kinds are asked in one question to the base, be it for one territory or for the hundreds of the network.
    `tell(territory, count)` says it. The rank is that of the next thing to do: what a person outside waits
    for comes first.
    """

    key: str
    rank: int
    counts: Callable[[Any], Any]
    tell: Callable[[Any, int], Waiting]


@dataclass(frozen=True)
class ListedPages:
    """One kind of public pages, told to search engines: the key stands in the address of its list.

    `pages()` is a query in a fixed order, not yet run, or a list, of pairs: what names a page in the address
    `url_name`, or its path where there is no such address; when it last changed, None where nobody knows.
    """

    key: str
    rank: int
    pages: Callable[[], Any]
    url_name: str = ""


listed_pages: Registry[ListedPages] = Registry()
menu: Registry[MenuEntry] = Registry()
home_panels: Registry[HomePanel] = Registry()
territory_panels: Registry[TerritoryPanel] = Registry()
chain_steps: Registry[ChainStep] = Registry()
workspace_tasks: Registry[WorkspaceTask] = Registry()
territory_doors: Registry[TerritoryDoor] = Registry()
territory_waits: Registry[TerritoryWait] = Registry()
person_doors: Registry[PersonDoor] = Registry()
message_kinds: Registry[MessageKind] = Registry()
personal_data: Registry[PersonalData] = Registry()


@dataclass(frozen=True)
class ReferenceData:
    """Data that ships with the platform and that a fresh home needs.

    `needed()` says whether it is still to be loaded (or loaded anew, after an update of the data);
    `load(progress)` loads it, idempotent, calling `progress(done, total)` now and then.
    """

    key: str
    rank: int
    label: Any
    needed: Callable[[], bool]
    load: Callable[[Callable[[int, int], None]], None]


reference_data: Registry[ReferenceData] = Registry()


@dataclass(frozen=True)
class SheetFollower:
    """What hangs on a sheet and follows it when two sheets are made one, and back when they are parted.

    Both are called inside the transaction of the merge. `moved(absorbed, kept)` returns what
    `moved_back(kept, absorbed, moved)` needs to give back exactly what it moved, as plain JSON. What came to
    the kept sheet since stays there. Rows that merely point at a sheet follow without being registered; an
    application that wants otherwise for one of its tables registers under `app.model.field`.
    """

    key: str
    rank: int
    moved: Callable[[Any, Any], Any]
    moved_back: Callable[[Any, Any, Any], None]


sheet_followers: Registry[SheetFollower] = Registry()


@dataclass(frozen=True)
class SheetPanel:
    """One part of a public sheet: a template and what it is given, None when there is nothing to show.

    `context(organisation, person)` is asked for visitors too, whose page is kept: no person's data.
    """

    key: str
    rank: int
    template: str
    context: Callable[[Any, Any], dict[str, Any] | None]


@dataclass(frozen=True)
class SheetAction:
    """Something to do from a public sheet; `url(organisation, person)` is None for those it is not for."""

    key: str
    rank: int
    label: Any
    url: Callable[[Any, Any], str | None]


@dataclass(frozen=True)
class SheetWatcher:
    """Who wants to know that a person edited a sheet, in the transaction of the edit.

    `edited(person, organisation, before, after)` is given the values of the fields that changed, as shown.
    """

    key: str
    rank: int
    edited: Callable[[Any, Any, dict[str, Any], dict[str, Any]], None]


sheet_panels: Registry[SheetPanel] = Registry()
sheet_actions: Registry[SheetAction] = Registry()
sheet_watchers: Registry[SheetWatcher] = Registry()


@dataclass(frozen=True)
class ProjectTrace:
    """What became of a project in another application: judged, chosen, carried out.

    `links(project, person)` gives pairs of a text and an address, those that this person may read.
    """

    key: str
    rank: int
    label: Any
    links: Callable[[Any, Any], list[tuple[str, str]]]


project_traces: Registry[ProjectTrace] = Registry()
