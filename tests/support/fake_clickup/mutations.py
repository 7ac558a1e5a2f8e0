"""What a person may do while somebody pages through a listing."""
from . import edits
from .worldfile import add_task


def happen(world, what, random):
    living = [task for task in world.tasks.values() if not (task.deleted or task.archived)]
    if what == "create" or not living:
        task = add_task(world, {"list": random.choice([one.id for one in world.lists.values() if not one.deleted]),
                                "name": "Made between two pages"})
        world.ledger.add("create", task, "person", name=task.name, list=task.list.id, status=task.status["status"])
        return
    task = random.choice(living)
    if what == "touch":
        world.ledger.add("update", task, "person", changes={})
    elif what == "move":
        _move(world, task, random)
    elif what == "delete":
        task.deleted = True
        world.ledger.add("delete", task, "person")
    world.changed(task)


def _move(world, task, random):
    """To another list that knows the task's status; stays where there is none."""
    old = task.list.id
    fitting = [one.id for one in world.lists.values()
               if one.id != old and not one.deleted and one.space is task.list.space and one.status_named(task.status["status"])]
    if fitting:
        edits.move(world, task, random.choice(fitting))
        world.ledger.add("move", task, "person", **{"from": old, "to": task.list.id})
