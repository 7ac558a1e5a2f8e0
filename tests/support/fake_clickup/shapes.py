"""Everything as ClickUp's JSON shows it, with its types: ids are text, a user's id is a number, dates are text."""
import urllib.parse

from . import fields

PRIORITIES = {1: ("urgent", "#f50000"), 2: ("high", "#f8ae00"), 3: ("normal", "#6fddff"), 4: ("low", "#d8d8d8")}
NO_FEATURE = {"enabled": False}


def ms(value):
    return None if value is None else str(value)


def user(one):
    return {"id": one["id"], "username": one["username"], "color": one["color"], "email": one["email"],
            "profilePicture": None, "initials": one["initials"]}


short_user = user


def creator(one):
    return {key: value for key, value in user(one).items() if key != "initials"}


class Shapes:
    """The shapes that need the world."""

    def __init__(self, world):
        self.world = world
        self.short_user = user

    def me(self, one):
        return {**user(one), "week_start_day": 1, "global_font_support": True, "timezone": one["timezone"]}

    def team(self):
        members = [{"user": {**user(one), "role": one["role"], "custom_role": None, "last_active": "1763700000000",
                             "date_joined": "1700000000000", "date_invited": "1700000000000"}}
                   for one in self.world.users.values()]
        return {**self.world.workspace, "color": "#536cfe", "avatar": None, "members": members}

    def member(self, one):
        return {**user(one), "profileInfo": {}}

    def space(self, space):
        shape = {"id": space.id, "name": space.name, "color": "#0f9d58", "private": space.private, "avatar": None,
                 "admin_can_manage": True, "archived": space.archived, "statuses": space.statuses, "multiple_assignees": True,
                 "features": {"due_dates": {"enabled": True, "start_date": True, "remap_due_dates": False,
                                            "remap_closed_due_date": False},
                              "time_tracking": NO_FEATURE, "tags": {"enabled": True}, "time_estimates": NO_FEATURE,
                              "checklists": {"enabled": True}, "custom_fields": {"enabled": True},
                              "remap_dependencies": NO_FEATURE, "dependency_warning": {"enabled": True},
                              "portfolios": NO_FEATURE}}
        if space.private:
            shape["members"] = [{"user": user(one)} for one in self.world.users.values()]
        return shape

    def folder(self, folder, token):
        seen = [one for one in folder.lists if token.sees_list(one) and not one.archived]
        return {"id": folder.id, "name": folder.name, "orderindex": 0, "override_statuses": folder.own_statuses is not None,
                "hidden": folder.hidden, "space": self._space_of(folder), "task_count": str(sum(map(self._count, seen))),
                "archived": folder.archived, "statuses": folder.own_statuses or [],
                "lists": [self._embedded(one) for one in seen], "permission_level": "create"}

    def _embedded(self, one):
        shape = self.list_of_folder(one)
        for key in ("content", "folder"):
            del shape[key]
        return {**shape, "override_statuses": None, "statuses": one.statuses}

    def list_of_folder(self, one):
        """As /folder/ID/list and /space/ID/list show it: without its statuses."""
        return {"id": one.id, "name": one.name, "orderindex": 0, "content": one.content, "status": None, "priority": None,
                "assignee": None, "task_count": self._count(one), "due_date": None, "start_date": None,
                "folder": self._folder_of(one), "space": self._space_of(one), "archived": one.archived,
                "override_statuses": one.own_statuses is not None, "permission_level": "create"}

    def list(self, one):
        return {**self.list_of_folder(one), "due_date_time": False, "start_date_time": None,
                "inbound_address": f"add.task.{one.id}.fake@tasks.example", "statuses": one.statuses}

    def _count(self, one):
        return self.world.count_of(one)

    def _space_of(self, one):
        return {"id": one.space.id, "name": one.space.name, "access": True}

    def _folder_of(self, one):
        return {"id": one.folder.id, "name": one.folder.name, "hidden": one.folder.hidden, "access": True}

    def related(self, task):
        return {"id": task.id, "name": task.name, "status": task.status["status"], "color": task.status["color"],
                "custom_type": task.custom_item_id, "team_id": self.world.workspace["id"], "deleted": task.deleted,
                "url": self._url(task), "access": True}

    def _url(self, task):
        return f"https://app.clickup.com/t/{task.id}"

    def task(self, task, markdown=False):
        users, space, folder = self.world.users, task.list.space, self._folder_of(task.list)
        shape = {
            "id": task.id, "custom_id": task.custom_id, "custom_item_id": task.custom_item_id, "name": task.name,
            "text_content": task.description, "description": task.description, "status": task.status,
            "orderindex": task.orderindex, "date_created": str(task.date_created), "date_updated": str(task.date_updated),
            "date_closed": ms(task.date_closed), "date_done": ms(task.date_done), "archived": task.archived,
            "creator": creator(users[task.creator]), "assignees": [user(users[id]) for id in task.assignees],
            "group_assignees": [{"id": id} for id in task.group_assignees],
            "watchers": [user(users[id]) for id in task.watchers], "checklists": [],
            "tags": [{**self.world.tag(space, name), "creator": task.creator} for name in task.tags],
            "parent": task.parent, "top_level_parent": self._top(task), "priority": self._priority(task.priority),
            "due_date": ms(task.due_date), "start_date": ms(task.start_date), "points": task.points,
            "time_estimate": task.time_estimate, "custom_fields": self.fields(task),
            "dependencies": task.dependencies, "linked_tasks": task.linked_tasks,
            "locations": [{"id": id, "name": self.world.lists[id].name} for id in task.locations],
            "team_id": self.world.workspace["id"], "url": self._url(task), "sharing": {"public": False},
            "permission_level": "create", "list": {"id": task.list.id, "name": task.list.name, "access": True},
            "project": folder, "folder": folder, "space": {"id": space.id}}
        if task.time_spent is not None:
            shape["time_spent"] = task.time_spent
        if markdown:
            shape["markdown_description"] = task.description
        return shape

    def _top(self, task):
        top = None
        while task and task.parent and task.parent != top:
            top, task = task.parent, self.world.tasks.get(task.parent)
        return top

    def _priority(self, number):
        if number is None:
            return None
        name, color = PRIORITIES[number]
        return {"id": str(number), "priority": name, "color": color, "orderindex": str(number)}

    def fields(self, task):
        shapes = []
        for field in self.world.fields_of(task.list):
            value = task.values.get(field["id"])
            shown = fields.ABSENT if value is None else fields.shown(field, value, self.world, self)
            shapes.append(field if shown is fields.ABSENT else {**field, "value": shown})
        return shapes

    def comment(self, comment):
        return {"id": str(comment.id), "comment": comment.runs, "comment_text": comment.text,
                "user": user(self.world.users[comment.user]), "resolved": comment.resolved,
                "assignee": comment.assignee and user(self.world.users[comment.assignee]), "assigned_by": None,
                "group_assignee": None, "reactions": [], "date": str(comment.date), "reply_count": len(comment.replies)}

    def attachment(self, one, task):
        return {**self.uploaded(one), "date": one.date, "type": 1, "version": 0, "is_folder": None, "mimetype": one.mimetype,
                "hidden": False, "parent_id": task.id, "size": one.size, "total_comments": 0, "resolved_comments": 0,
                "user": user(self.world.users[one.user]), "deleted": False, "orientation": None, "email_data": None}

    def uploaded(self, one):
        """As the upload is answered."""
        team = self.world.workspace["id"]
        url = f"https://t{team}.p.clickup-attachments.com/t{team}/{one.id.partition('.')[0]}/{urllib.parse.quote(one.title)}"
        return {"id": one.id, "version": "0", "date": one.date, "name": one.title, "title": one.title,
                "extension": one.extension, "source": 1, "thumbnail_small": None, "thumbnail_medium": None,
                "thumbnail_large": None, "url": url, "url_w_query": url + "?view=open", "url_w_host": url}
