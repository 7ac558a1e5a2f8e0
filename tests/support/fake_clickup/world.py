"""The state: one workspace with spaces, folders, lists, fields, tasks, users and tokens. Its owner holds the lock."""
import collections
import copy
import itertools

from .clock import Clock
from .ledger import Ledger


class Space:
    def __init__(self, id, name, statuses, **rest):
        self.id, self.name, self.statuses = id, name, statuses
        self.archived, self.private = rest.get("archived", False), rest.get("private", False)
        self.folders, self.lists = [], []   # lists: those without a folder
        self.tags, self.fields = {}, []     # tags: name -> {name, tag_fg, tag_bg}


class Folder:
    def __init__(self, id, name, space, statuses=None, archived=False, hidden=False):
        self.id, self.name, self.space, self.archived, self.hidden = id, name, space, archived, hidden
        self.own_statuses = statuses        # None: the space's
        self.lists, self.fields = [], []

    @property
    def statuses(self):
        return self.own_statuses or self.space.statuses


class List:
    def __init__(self, id, name, folder, statuses=None, **rest):
        self.id, self.name, self.folder, self.space = id, name, folder, folder.space
        self.own_statuses = statuses        # None: the folder's
        self.archived, self.content = rest.get("archived", False), rest.get("content", "")
        self.own_fields, self.deleted = [], False

    @property
    def statuses(self):
        return self.own_statuses or self.folder.statuses

    def is_archived(self):
        return self.archived or self.folder.archived or self.space.archived

    def status_named(self, name, strict=False):
        for status in self.statuses:
            if status["status"] == name or (not strict and status["status"].casefold() == str(name).casefold()):
                return status
        return None


class Task:
    """Times are integers in milliseconds, or None. `values`: field id -> what fields.stored() made of it."""
    __slots__ = ("id", "custom_id", "custom_item_id", "name", "description", "status", "list", "locations", "parent",
                 "tags", "priority", "assignees", "group_assignees", "watchers", "creator", "due_date", "start_date",
                 "time_estimate",
                 "time_spent", "points", "archived", "deleted", "date_created", "date_updated", "date_closed", "date_done",
                 "values", "dependencies", "linked_tasks", "comments", "attachments", "orderindex")
    LISTS = ("locations", "tags", "assignees", "group_assignees", "watchers", "dependencies", "linked_tasks", "comments",
             "attachments")

    def __init__(self, **known):
        for name in self.__slots__:
            setattr(self, name, None)
        self.archived = self.deleted = False
        for name in self.LISTS:
            setattr(self, name, [])
        self.values, self.description = {}, ""
        for name, value in known.items():
            setattr(self, name, value)

    def copy(self):
        """A task that stays as this one is now."""
        twin = copy.copy(self)
        twin.values, twin.dependencies = dict(self.values), list(self.dependencies)
        return twin

    def set_status(self, status, now):
        final = status["type"] in ("done", "closed")
        self.date_done = (self.date_done or now) if final else None
        self.date_closed = (self.date_closed or now) if status["type"] == "closed" else None
        self.status = status


class Token:
    """What a user's token may see: everything, or some spaces and some lists that are shared."""

    def __init__(self, text, user, name, spaces=None, lists=()):
        self.text, self.user, self.name = text, user, name
        self.spaces, self.lists = spaces if spaces is None else set(spaces), set(lists)

    def sees_space(self, space):
        return self.spaces is None or space.id in self.spaces

    def sees_list(self, list_):
        return not list_.deleted and (self.sees_space(list_.space) or list_.id in self.lists)


class World:
    def __init__(self, switches, ledger_path=None):
        self.switches, self.clock = switches, Clock()
        self.ledger = Ledger(ledger_path, self.clock)
        self.revision = 0                   # grows with every change a listing could show
        self.workspace = {"id": "9014123456", "name": "Acme Works"}
        self.users, self.tokens, self.task_types, self.fields = {}, {}, [], []
        self.spaces, self.folders, self.lists, self.tasks, self.comments = {}, {}, {}, {}, {}
        self.custom_ids, self.webhooks, self.field_by_id, self.dependents = {}, {}, {}, {}
        self._serial = itertools.count(1)
        self._counts = (None, None)         # revision, list id -> its tasks

    def next_number(self):
        return next(self._serial)

    def changed(self, task):
        """Moves date_updated on: to now, and always past what it was."""
        task.date_updated = max(self.clock.now_ms(), task.date_updated + 1)
        self.revision += 1

    def add_space(self, space):
        self.spaces[space.id] = space
        return space

    def add_folder(self, folder):
        self.folders[folder.id] = folder
        if not folder.hidden:
            folder.space.folders.append(folder)
        return folder

    def add_list(self, list_):
        self.lists[list_.id] = list_
        (list_.space if list_.folder.hidden else list_.folder).lists.append(list_)
        return list_

    def add_field(self, field, owner_fields):
        self.field_by_id[field["id"]] = field
        owner_fields.append(field)

    def add_task(self, task):
        self.tasks[task.id] = task
        if task.custom_id:
            self.custom_ids[task.custom_id] = task.id
        self.revision += 1
        return task

    def fields_of(self, list_):
        return self.fields + list_.space.fields + list_.folder.fields + list_.own_fields

    def count_of(self, list_):
        if self._counts[0] != self.revision:
            self._counts = self.revision, collections.Counter(task.list.id for task in self.tasks.values() if not task.deleted)
        return self._counts[1][list_.id]

    def new_task_id(self):
        while (id := "86d" + base36(1_000_003 * self.next_number() % 36**6, 6)) in self.tasks:
            pass
        return id

    def tag(self, space, name):
        """The space's tag of that name (in lower case), made when missing."""
        return space.tags.setdefault(name.lower(), {"name": name.lower(), "tag_fg": "#ffffff", "tag_bg": "#e50000"})


def base36(number, width):
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits.rjust(width, "0")
