"""The fake ClickUp: listing tasks: filters, order, pages, and pages over a set that changes."""
import json
import time
import unittest

from fake_clickup.testing import LIST, SPACE, TEAM, TOKEN, FakeTest

DAY = 86_400_000


def task(number, list_=LIST, **rest):
    return {"id": f"t{number}", "name": f"Task {number}", "list": list_, "date_created": number * 1000,
            "date_updated": number * 1000 + 500, **rest}


SMALL = {
    "users": [{"id": 1, "username": "Ola"}, {"id": 2, "username": "Bo"}],
    "task_types": [{"id": 1300, "name": "Bug"}],
    "fields": [{"id": "f-sev", "name": "Severity", "type": "drop_down", "options": ["minor", "major"]},
               {"id": "f-areas", "name": "Areas", "type": "labels", "options": ["io", "cli"]},
               {"id": "f-text", "name": "Branch", "type": "short_text"}, {"id": "f-num", "name": "Effort", "type": "number"}],
    "spaces": [{"id": SPACE, "folders": [{"id": "90140000021", "name": "F", "lists": [{"id": LIST}]}],
                "lists": [{"id": "901410000002"}]},
               {"id": "90140000012", "lists": [{"id": "901410000003"}, {"id": "901410000004", "archived": True}]}],
    "tasks": [task(1, status="closed"), task(2, status="in review", assignees=[1], tags=["Release"],
                                             fields={"Severity": "major", "Effort": 5}),
              task(3, parent="t2", watchers=[2]), task(4, archived=True),
              task(5, "901410000002", due_date=5 * DAY, locations=[LIST],
                   fields={"Severity": "minor", "Areas": ["io", "cli"], "Branch": "work/Five"}),
              task(6, "901410000003", custom_item_id=1300, due_date=3 * DAY, date_updated=999_000, status="done"),
              task(7, "901410000003", deleted=True), task(8, "901410000004")]}


class Filters(FakeTest):
    WORLD = SMALL

    def of_list(self, **query):
        return self.task_ids(f"/list/{LIST}/task", **query)

    def test_by_default_closed_archived_deleted_ones_and_subtasks_are_left_out(self):
        self.assertEqual(self.task_ids(), ["t6", "t5", "t2"])
        self.assertEqual(self.of_list(), ["t2"])

    def test_each_of_them_can_be_asked_for(self):
        self.assertEqual(self.of_list(include_closed="true"), ["t2", "t1"])
        self.assertEqual(self.of_list(subtasks="true"), ["t3", "t2"])
        self.assertEqual(self.of_list(include_timl="true"), ["t5", "t2"])

    def test_archived_is_exclusive_and_a_team_listing_knows_archived_lists(self):
        self.assertEqual(self.of_list(archived="true"), ["t4"])
        self.assertEqual(self.task_ids(archived="true"), ["t8", "t4"])
        self.assertEqual(self.task_ids("/list/901410000004/task"), ["t8"])

    def test_a_named_closed_status_is_shown(self):
        self.assertEqual(self.of_list(statuses__="closed"), ["t1"])
        self.assertEqual(self.of_list(statuses__=["closed", "In Review"]), ["t2", "t1"])

    def test_places(self):
        self.assertEqual(self.task_ids(space_ids__="90140000012"), ["t6"])
        self.assertEqual(self.task_ids(project_ids__="90140000021"), ["t2"])
        self.assertEqual(self.task_ids(list_ids__=[LIST, "901410000003"]), ["t6", "t2"])
        self.assertEqual(self.task_ids(space_ids__=SPACE, list_ids__="901410000003"), [])

    def test_brackets_come_plain_encoded_or_numbered_and_a_space_in_two_ways(self):
        for query in ("space_ids[]=90140000012", "space_ids%5B%5D=90140000012", "space_ids[0]=90140000012",
                      "statuses[]=in+review", "statuses%5B%5D=in%20review"):
            answer = self.send("GET", f"/api/v2/team/{TEAM}/task?{query}", headers={"Authorization": TOKEN})
            self.assertEqual(len(answer.json["tasks"]), 1, query)

    def test_an_unknown_place_is_refused_or_matches_nothing(self):
        for name in ("space_ids[]", "project_ids[]", "list_ids[]"):
            self.assert_error(self.call("GET", f"/team/{TEAM}/task", **{name: "1"}), 401, "OAUTH_027")
        self.switch(unknown_filter_id_empty=True)
        self.assertEqual(self.task_ids(list_ids__="1"), [])

    def test_what_clickup_does_not_know_is_ignored(self):
        self.assertEqual(self.task_ids(limit="1", query="Task 5", statuses="closed", space_id="90140000012", date_updated="1"),
                         ["t6", "t5", "t2"])

    def test_dates_are_exclusive_and_tasks_without_one_match_no_due_date(self):
        self.assertEqual(self.task_ids(date_updated_gt=5500), ["t6"])
        self.assertEqual(self.task_ids(date_updated_gt=5499), ["t6", "t5"])
        self.assertEqual(self.task_ids(date_updated_lt=5500), ["t2"])
        self.assertEqual(self.task_ids(date_created_gt=2000, date_updated_lt=6000), ["t5"])
        self.assertEqual(self.task_ids(due_date_lt=5 * DAY), ["t6"])
        self.assertEqual(self.task_ids(due_date_gt=0), ["t6", "t5"])
        self.assertEqual(self.task_ids(date_done_gt=0), ["t6"])

    def test_date_updated_gt_can_be_inclusive(self):
        self.switch(date_updated_inclusive=True)
        self.assertEqual(self.task_ids(date_updated_gt=5500), ["t6", "t5"])

    def test_people_tags_and_types(self):
        self.assertEqual(self.task_ids(assignees__=1), ["t2"])
        self.assertEqual(self.of_list(watchers__=2, subtasks="true"), ["t3"])
        self.assertEqual(self.task_ids(tags__="release"), ["t2"])
        self.assertEqual(self.task_ids(custom_items__=1300), ["t6"])
        self.assertEqual(self.task_ids(custom_items__=0), ["t5", "t2"])

    def test_subtasks_of_one_task(self):
        self.assertEqual(self.task_ids(parent="t2"), ["t3"])

    def test_fields_by_operator(self):
        self.world.switches["rate_limit"] = 1000
        for field, operator, value, found in (
                ("f-sev", "=", 1, ["t2"]), ("f-sev", "!=", 1, ["t6", "t5"]), ("f-sev", "IS NULL", None, ["t6"]),
                                              ("f-sev", "IS NOT NULL", None, ["t5", "t2"]),
                ("f-text", "=", "five", ["t5"]), ("f-text", "==", "five", []), ("f-text", "==", "work/Five", ["t5"]),
                ("f-num", "=", 5, ["t2"]), ("f-num", "<", 5, []), ("f-num", "<=", 5, ["t2"]), ("f-num", ">", 4, ["t2"]),
                                              ("f-num", ">=", 6, []),
                ("f-num", "RANGE", [4, 6], ["t2"]), ("f-num", "RANGE", {"low_value": 6, "high_value": 9}, []),
                ("f-num", "!==", 5, ["t6", "t5"])):
            filter_ = [{"field_id": field, "operator": operator, "value": value}]
            self.assertEqual(self.task_ids(custom_fields=json.dumps(filter_)), found, filter_)
        self.assertEqual(self.of_list(custom_field=json.dumps({"field_id": "f-num", "operator": "=", "value": 5})), ["t2"])

    def test_labels_by_any_and_all(self):
        io, cli = (option["id"] for option in self.get(f"/list/{LIST}/field")["fields"][1]["type_config"]["options"])
        for operator, value, found in (("ANY", [io], ["t5"]), ("ALL", [io, cli], ["t5"]), ("ALL", [io, "x"], []),
                                       ("NOT ANY", [io], ["t6", "t2"]), ("NOT ALL", [io, "x"], ["t6", "t5", "t2"])):
            filter_ = [{"field_id": "f-areas", "operator": operator, "value": value}]
            self.assertEqual(self.task_ids(custom_fields=json.dumps(filter_)), found, filter_)


class Order(FakeTest):
    WORLD = SMALL

    def test_newest_first_and_reverse_turns_it(self):
        self.assertEqual(self.task_ids(), ["t6", "t5", "t2"])
        self.assertEqual(self.task_ids(reverse="true"), ["t2", "t5", "t6"])

    def test_by_each_key(self):
        self.fake("task/t2", {"name": "Changed"})
        self.assertEqual(self.task_ids(order_by="updated", reverse="true"), ["t5", "t6", "t2"])
        self.assertEqual(self.task_ids(order_by="due_date", reverse="true"), ["t2", "t6", "t5"])
        self.assertEqual(self.task_ids(order_by="id", reverse="true"), ["t2", "t5", "t6"])

    def test_another_key_is_500(self):
        self.assert_error(self.call("GET", f"/team/{TEAM}/task", order_by="closed"), 500, "ITEMV2_003")


class Pages(FakeTest):
    MAKE = "lists=2,tasks=250"

    def query(self, page, **rest):
        return self.get(f"/team/{TEAM}/task", page=page, include_closed="true", **rest)

    def all_ids(self, between=lambda page: None, **rest):
        ids, page = [], 0
        while True:
            answer = self.query(page, **rest)
            ids += [task["id"] for task in answer["tasks"]]
            if answer["last_page"]:
                return ids
            between(page)
            page += 1

    def test_a_hundred_a_page_and_the_last_one_says_so(self):
        answers = [self.query(page) for page in range(4)]
        self.assertEqual([(len(one["tasks"]), one["last_page"]) for one in answers],
                         [(100, False), (100, False), (50, True), (0, True)])
        self.assertEqual(len({task["id"] for one in answers for task in one["tasks"]}), 250)

    def test_a_full_last_page_is_the_last(self):
        self.switch(page_size=125)
        self.assertEqual([self.query(page)["last_page"] for page in (0, 1)], [False, True])

    def test_last_page_may_be_missing_for_a_team_but_not_for_a_list(self):
        self.switch(team_last_page=False)
        self.assertNotIn("last_page", self.query(0))
        self.assertIn("last_page", self.get(f"/list/{LIST}/task"))

    def test_a_page_may_be_short_without_being_the_last(self):
        self.switch(page_size=97)
        answer = self.query(0)
        self.assertEqual((len(answer["tasks"]), answer["last_page"]), (97, False))

    def test_a_new_task_shifts_newest_first_but_not_oldest_first(self):
        def create(page):
            self.fake("tasks", {"name": "New"})

        newest_first = self.all_ids(create)
        self.assertEqual((len(newest_first), len(set(newest_first))), (252, 250))
        oldest_first = self.all_ids(create, order_by="created", reverse="true")
        self.assertEqual(len(set(oldest_first)), len(oldest_first))

    def test_a_task_that_leaves_makes_a_gap(self):
        first = self.query(0)["tasks"][0]["id"]
        ids = self.all_ids(lambda page: self.fake(f"task/{first}", {"delete": True}))
        self.assertEqual(len(ids), 249)

    def test_an_updated_task_moves_to_the_end_of_the_oldest_updated(self):
        first = self.query(0, order_by="updated", reverse="true")["tasks"][0]["id"]
        ids = self.all_ids(lambda page: page == 0 and self.fake(f"task/{first}", {"name": "Again"}), order_by="updated",
                           reverse="true")
        self.assertEqual((ids[0], ids[-1]), (first, first))

    def test_mutate_between_pages_changes_the_set_after_the_page(self):
        self.fake("faults", [{"route": "GET /team/*/task", "mode": "mutate_between_pages", "times": 2, "what": "create"}])
        ids = self.all_ids()
        self.assertEqual((len(ids), len(set(ids))), (252, 250))
        self.assertEqual(len(self.fake("world")["tasks"]), 252)
        self.assertEqual([(one["what"], one["by"]) for one in self.fake("ledger")], [("create", "person")] * 2)

    def test_mutations_take_turns(self):
        self.fake("faults", [{"mode": "mutate_between_pages", "times": 3}])
        for page in range(3):
            self.query(page)
        self.assertEqual([one["what"] for one in self.fake("ledger")], ["create", "update", "move"])

    def test_a_mutation_may_delete(self):
        self.fake("faults", [{"mode": "mutate_between_pages", "times": 1, "what": "delete"}])
        self.query(0)
        self.assertEqual(len(self.all_ids()), 249)


class Stale(FakeTest):
    def test_a_frozen_listing_shows_the_past_and_a_read_by_id_does_not(self):
        first, second, *_ = self.world.tasks
        self.fake("freeze", {"on": True})
        before = self.get(f"/team/{TEAM}/task")
        self.call("PUT", f"/task/{first}", {"status": "in review", "name": "New"})
        self.call("POST", f"/task/{first}/dependency", {"depends_on": second})
        self.fake("tasks", {"name": "Unseen"})
        self.fake(f"task/{second}", {"delete": True})

        self.assertEqual(self.get(f"/team/{TEAM}/task"), before)
        self.assertEqual(self.get(f"/task/{first}")["status"]["status"], "in review")
        self.fake("freeze", {"on": False})
        names = [task["name"] for task in self.get(f"/team/{TEAM}/task")["tasks"]]
        self.assertEqual(("New" in names, "Unseen" in names, "Task 1" in names), (True, True, False))


class Speed(FakeTest):
    MAKE, SWITCHES = "lists=30,tasks=50000,fields=1", {"rate_limit": 1000}

    def test_ten_pages_of_fifty_thousand_tasks_cost_little(self):
        self.get(f"/team/{TEAM}/task", subtasks="true", order_by="created", reverse="true", page=0)
        begin = time.process_time()
        for page in range(1, 11):
            self.get(f"/team/{TEAM}/task", subtasks="true", order_by="created", reverse="true", page=page)
        self.assertLess(time.process_time() - begin, 1.0)  # the test's own parsing is in it, too


class Shape(FakeTest):
    WORLD = SMALL

    def test_a_task_has_clickups_types(self):
        task, = self.get(f"/list/{LIST}/task")["tasks"]
        for key, kind in (("id", str), ("custom_item_id", type(None)), ("date_created", str), ("date_updated", str),
                          ("date_closed", type(None)),
                          ("orderindex", str), ("team_id", str), ("archived", bool), ("assignees", list), ("tags", list),
                          ("dependencies", list),
                          ("status", dict), ("priority", type(None)), ("list", dict), ("folder", dict), ("project", dict),
                          ("space", dict)):
            self.assertIsInstance(task[key], kind, key)
        self.assertEqual(task["space"], {"id": SPACE})
        self.assertNotIn("attachments", task)
        self.assertNotIn("markdown_description", task)
        self.assertEqual(task["status"]["type"], "custom")

    def test_every_task_carries_every_field_with_its_type_and_an_unset_one_has_no_value(self):
        fields = {one["name"]: one for one in self.get(f"/list/{LIST}/task")["tasks"][0]["custom_fields"]}
        self.assertEqual(sorted(fields), ["Areas", "Branch", "Effort", "Severity"])
        self.assertEqual((fields["Severity"]["value"], fields["Effort"]["value"]), (1, "5"))
        self.assertEqual([one["name"] for one in fields["Severity"]["type_config"]["options"]], ["minor", "major"])
        self.assertNotIn("value", fields["Branch"])

    def test_due_dates_are_text_and_markdown_comes_when_asked_for(self):
        task, = self.get("/list/901410000002/task", include_markdown_description="true")["tasks"]
        self.assertEqual(task["due_date"], str(5 * DAY))
        self.assertIn("markdown_description", task)


if __name__ == "__main__":
    unittest.main()
