"""The fake ClickUp: changing tasks and their fields, and what the ledger says of it."""
import datetime
import unittest
import zoneinfo

from fake_clickup.testing import LIST, SPACE, TEAM, FakeTest

NOON = 1_764_154_800_000  # 2025-11-26 12:00 in Berlin
FOUR = NOON - 8 * 3_600_000
WORLD = {
    "users": [{"id": 4411723, "username": "Ola Nordin"}, {"id": 4411724, "username": "Bo Lind"}],
    "fields": [{"id": "f-sev", "name": "Severity", "type": "drop_down", "options": ["minor", "major"]},
               {"id": "f-areas", "name": "Areas", "type": "labels", "options": ["io", "cli"]}]
              + [{"id": "f-" + kind, "name": kind, "type": kind} for kind in
                 ("checkbox", "short_text", "number", "currency", "date", "users", "emoji", "manual_progress", "tasks", "formula",
                  "location", "button")],
    "spaces": [{"id": SPACE, "lists": [{"id": LIST, "statuses": ["to do", "In Progress", "done", "closed"]},
                                       {"id": "901410000002"}]}],
    "tasks": [{"id": "one", "custom_id": "ENG-1", "list": LIST, "name": "One", "tags": ["old"], "date_created": 1000},
              {"id": "two", "list": "901410000002", "name": "Two"}]}


class WritingTest(FakeTest):
    WORLD = WORLD

    def put(self, body, task="one", **query):
        return self.call("PUT", f"/task/{task}", body, **query)

    def task(self, id="one"):
        return self.get(f"/task/{id}")

    def ledger(self, what):
        return [entry for entry in self.fake("ledger") if entry["what"] == what]


class Tasks(WritingTest):
    def test_a_status_is_taken_in_any_case_and_answered_as_the_list_has_it(self):
        answer = self.put({"status": "IN progress"})
        self.assertEqual((answer.status, answer.json["status"]["status"]), (200, "In Progress"))
        self.assertGreater(int(answer.json["date_updated"]), 1000)
        self.assertEqual([(one["from"], one["to"], one["by"]) for one in self.ledger("status")],
                         [("to do", "In Progress", "owner")])

    def test_strict_case_is_a_switch(self):
        self.switch(strict_status_case=True)
        self.assert_error(self.put({"status": "in progress"}), 400, "CRTSK_001")
        self.assertEqual(self.put({"status": "In Progress"}).status, 200)

    def test_a_status_of_another_list_is_unknown_and_nothing_is_changed(self):
        self.assert_error(self.put({"status": "in review", "name": "New"}), 400, "CRTSK_001")
        self.assertEqual((self.task()["name"], self.fake("ledger")), ("One", []))
        self.assertEqual(self.put({"status": "in review"}, "two").status, 200)

    def test_done_and_closed_leave_their_dates(self):
        done = self.put({"status": "done"}).json
        self.assertEqual((done["date_done"] is None, done["date_closed"]), (False, None))
        closed = self.put({"status": "closed"}).json
        self.assertIsInstance(closed["date_closed"], str)
        again = self.put({"status": "to do"}).json
        self.assertEqual((again["date_done"], again["date_closed"]), (None, None))

    def test_put_ignores_tags_flat_assignees_and_what_it_does_not_know(self):
        answer = self.put({"tags": ["new"], "assignees": [4411724], "custom_fields": [{"id": "f-short_text", "value": "x"}],
                           "list": "901410000002", "nonsense": 1})
        self.assertEqual(answer.status, 200)
        self.assertEqual(([one["name"] for one in answer.json["tags"]], answer.json["assignees"], answer.json["list"]["id"]),
                         (["old"], [], LIST))

    def test_people_are_added_and_removed(self):
        self.put({"assignees": {"add": [4411724, 99]}, "watchers": {"add": [4411723]}})
        self.assertEqual([one["id"] for one in self.task()["assignees"]], [4411724])
        self.put({"assignees": {"add": [4411723], "rem": [4411724]}})
        self.assertEqual([one["id"] for one in self.task()["assignees"]], [4411723])

    def test_text_priority_numbers_and_archived(self):
        body = self.put({"name": "New", "description": "d", "markdown_content": "m", "priority": 2, "points": 3,
                         "time_estimate": 60000, "archived": True}).json
        self.assertEqual([body[key] for key in ("name", "description", "points", "time_estimate", "archived")],
                         ["New", "m", 3, 60000, True])
        self.assertEqual((body["priority"]["id"], body["priority"]["priority"]), ("2", "high"))
        body = self.put({"description": " ", "priority": None}).json
        self.assertEqual((body["description"], body["priority"]), ("", None))
        self.assertEqual(self.put({"priority": 9}).status, 400)
        self.assert_error(self.put({"name": " "}), 400, "INPUT_005")

    def test_a_date_without_a_time_is_at_four_in_the_users_zone(self):
        self.assertEqual(self.put({"due_date": NOON}).json["due_date"], str(FOUR))
        self.assertEqual(self.put({"due_date": NOON, "due_date_time": True}).json["due_date"], str(NOON))
        at = datetime.datetime.fromtimestamp(FOUR / 1000, zoneinfo.ZoneInfo("Europe/Berlin"))
        self.assertEqual((at.hour, at.minute), (4, 0))
        self.assertIsNone(self.put({"due_date": None}).json["due_date"])
        self.assert_error(self.put({"due_date": "soon"}), 400, "INPUT_006")

    def test_date_updated_moves_on_even_within_one_millisecond(self):
        later = self.world.clock.now_ms() + 3_600_000
        self.fake("task/one", {"date_updated": later})
        self.assertEqual([self.put({"status": "to do"}).json["date_updated"] for _ in range(2)], [str(later + 1), str(later + 2)])

    def test_a_custom_id_needs_the_workspace(self):
        self.assertEqual(self.get("/task/ENG-1", custom_task_ids="true", team_id=TEAM)["id"], "one")
        self.assert_error(self.call("GET", "/task/ENG-1"), 401, "OAUTH_027")
        self.assert_error(self.call("GET", "/task/ENG-1", custom_task_ids="true"), 401, "OAUTH_027")
        self.switch(missing_team_400=True)
        self.assert_error(self.call("GET", "/task/ENG-1", custom_task_ids="true"), 400, None)

    def test_create_takes_flat_lists_and_fields_and_answers_200(self):
        answer = self.call("POST", f"/list/{LIST}/task", {"name": "New", "assignees": [4411724], "tags": ["Fresh"],
                                                          "parent": "one",
                                                          "custom_fields": [{"id": "f-sev", "value": 1}]})
        task = answer.json
        self.assertEqual((answer.status, task["status"]["status"], task["parent"]), (200, "to do", "one"))
        self.assertEqual(([one["id"] for one in task["assignees"]], [one["name"] for one in task["tags"]]),
                         ([4411724], ["fresh"]))
        self.assertEqual(self.task(task["id"])["custom_fields"][0]["value"], 1)
        self.assertIn("fresh", [one["name"] for one in self.get(f"/space/{SPACE}/tag")["tags"]])
        self.assertEqual([one["task"] for one in self.ledger("create")], [task["id"]])
        self.assertEqual([one["id"] for one in self.get("/task/one", include_subtasks="true")["subtasks"]], [task["id"]])

    def test_create_refuses_with_its_codes_and_creates_nothing(self):
        for body, code in (({}, "INPUT_005"), ({"name": 5}, "INPUT_005"), ({"name": "x", "status": "nope"}, "CRTSK_001"),
                           ({"name": "x", "due_date": "soon"}, "INPUT_006"),
                           ({"name": "x", "custom_fields": [{"id": "f-sev", "value": 9}]}, "FIELD_011")):
            self.assert_error(self.call("POST", f"/list/{LIST}/task", body), 400, code)
        self.assertEqual(len(self.fake("world")["tasks"]), 2)

    def test_a_deleted_task_is_404_from_then_on(self):
        answer = self.call("DELETE", "/task/one")
        self.assertEqual((answer.status, answer.raw), (204, b""))
        for method, path, body in (("GET", "/task/one", None), ("PUT", "/task/one", {}), ("DELETE", "/task/one", None),
                                   ("POST", "/task/one/comment", {"comment_text": "x"})):
            self.assert_error(self.call(method, path, body), 404, "ITEM_013")
        self.assertEqual(self.task_ids(), ["two"])

    def test_tags_by_their_own_routes(self):
        self.assertEqual(self.call("POST", "/task/one/tag/Needs%20care").json, {})
        self.call("DELETE", "/task/one/tag/OLD")
        self.assertEqual([one["name"] for one in self.task()["tags"]], ["needs care"])

    def test_a_dependency_shows_at_both_ends(self):
        self.assertEqual(self.call("POST", "/task/one/dependency", {"depends_on": "two"}).json, {})
        entry, = self.task()["dependencies"]
        self.assertEqual((entry["task_id"], entry["depends_on"], entry["type"]), ("one", "two", 1))
        self.assertIsInstance(entry["date_created"], str)
        self.assertEqual(self.task("two")["dependencies"], [entry])
        self.call("POST", "/task/two/dependency", {"dependency_of": "one"})
        self.assertEqual(len(self.task()["dependencies"]), 1)
        self.call("DELETE", "/task/one/dependency", depends_on="two")
        self.assertEqual((self.task()["dependencies"], self.task("two")["dependencies"]), ([], []))

    def test_a_second_list(self):
        self.call("POST", "/list/901410000002/task/one")
        self.assertEqual([one["id"] for one in self.task()["locations"]], ["901410000002"])
        self.call("DELETE", "/list/901410000002/task/one")
        self.assertEqual(self.task()["locations"], [])


class Fields(WritingTest):
    def set(self, field, value, **rest):
        return self.call("POST", f"/task/one/field/f-{field}", {"value": value, **rest})

    def value(self, field):
        return next(one for one in self.task()["custom_fields"] if one["id"] == "f-" + field).get("value", "unset")

    def test_each_type_is_read_as_clickup_shows_it(self):
        self.world.switches["rate_limit"] = 1000
        major = self.world.field_by_id["f-sev"]["type_config"]["options"][1]["id"]
        io, cli = (one["id"] for one in self.world.field_by_id["f-areas"]["type_config"]["options"])
        progress = {"percent_completed": 0.2, "current": "20"}
        place = {"location": {"lat": 1.5, "lng": 2.5}, "formatted_address": "There"}
        for field, written, read in (("sev", major, 1), ("sev", 0, 0), ("areas", [cli, io], [cli, io]),
                                     ("checkbox", True, "true"), ("checkbox", "false", "false"),
                                     ("short_text", "x", "x"), ("number", 23, "23"), ("number", 1.5, "1.5"),
                                     ("currency", 12.5, 12.5), ("date", NOON, str(FOUR)),
                                     ("emoji", 3, 3), ("manual_progress", {"current": 20}, progress), ("location", place, place),
                                     ("button", True, True)):
            answer = self.set(field, written)
            self.assertEqual((answer.status, answer.json, self.value(field)), (200, {}, read), field)

    def test_a_date_keeps_its_time_when_told(self):
        self.set("date", NOON, value_options={"time": True})
        self.assertEqual(self.value("date"), str(NOON))

    def test_people_and_tasks_are_added_and_removed_and_objects_store_nothing(self):
        self.set("users", {"add": [4411723, 4411724]})
        self.set("users", {"rem": [4411723]})
        self.assertEqual([one["username"] for one in self.value("users")], ["Bo Lind"])
        self.assertEqual(self.set("users", [{"id": 4411723}]).status, 200)
        self.assertEqual(len(self.value("users")), 1)
        self.set("tasks", {"add": ["two"]})
        self.assertEqual([one["name"] for one in self.value("tasks")], ["Two"])

    def test_what_is_no_value_is_refused(self):
        for field, value in (("sev", "major"), ("sev", 7), ("sev", True), ("areas", ["io"]), ("areas", "x"), ("checkbox", 1),
                             ("short_text", 5), ("number", "many"),
                             ("number", True), ("date", "today"), ("emoji", 6), ("manual_progress", 20)):
            self.assert_error(self.set(field, value), 400, "FIELD_011")
        self.assertEqual(self.set("formula", 1).status, 400)
        self.assertEqual(self.call("POST", "/task/one/field/f-number", {}).status, 400)
        self.assert_error(self.set("nothing", 1), 401, "OAUTH_027")
        self.assertEqual(self.ledger("field"), [])

    def test_a_set_and_a_clear_bump_date_updated_and_are_in_the_ledger(self):
        self.set("number", 5)
        first = int(self.task()["date_updated"])
        self.assertGreater(first, 1000)
        self.assertEqual(self.call("DELETE", "/task/one/field/f-number").json, {})
        self.assertEqual(self.value("number"), "unset")
        self.assertGreater(int(self.task()["date_updated"]), first)
        self.assertEqual([(one["name"], one["value"]) for one in self.ledger("field")], [("number", 5), ("number", None)])

    def test_reordered_options_keep_their_ids_and_change_the_index(self):
        self.set("sev", 1)
        self.fake("field/f-sev", {"options": ["major", "minor", "critical"]})
        self.assertEqual(self.value("sev"), 0)
        self.fake("field/f-sev", {"options": ["minor"]})
        self.assertEqual(self.value("sev"), "unset")

    def test_the_two_readings_that_are_switches(self):
        self.set("sev", 1)
        self.set("checkbox", True)
        self.switch(dropdown_uuid=True, checkbox_bool=True)
        self.assertEqual((self.value("sev"), self.value("checkbox")),
                         (self.world.field_by_id["f-sev"]["type_config"]["options"][1]["id"], True))

    def test_a_field_can_be_deleted_by_a_person(self):
        self.fake("field/f-sev", {"delete": True})
        self.assertNotIn("f-sev", [one["id"] for one in self.task()["custom_fields"]])


if __name__ == "__main__":
    unittest.main()
