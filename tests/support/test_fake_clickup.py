"""The fake ClickUp: its command line, tokens, places and routes. python3 -m unittest discover -s tests/support"""
import http.client
import json
import os
import signal
import subprocess
import tempfile
import unittest

from fake_clickup.testing import LIST, SPACE, TEAM, TOKEN, FakeTest

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fake-clickup")
TWO_SPACES = {
    "users": [{"id": 4411723, "username": "Ola Nordin"}, {"id": 4411724, "username": "Guest"}],
    "tokens": {TOKEN: {"user": 4411723, "name": "owner"}, "pk_4411724_GUEST": {"user": 4411724, "spaces": [],
                                                                               "lists": ["901410000002"]},
               "pk_4411724_ONE": {"user": 4411724, "spaces": ["90140000011"]}, "oauth_token": {"user": 4411723}},
    "task_types": [{"id": 1300, "name": "Bug"}],
    "fields": [{"name": "Branch", "type": "short_text"}],
    "spaces": [
        {"id": "90140000011", "name": "Engineering", "tags": ["Bug"], "fields": [{"name": "Effort", "type": "number"}],
         "folders": [{"id": "90140000021", "name": "Backend", "fields": [{"name": "Area", "type": "text"}],
                      "lists": [{"id": "901410000001", "name": "Sprint 14", "statuses": ["Open", "QA", "done", "Shut"]},
                                {"id": "901410000003", "name": "Old", "archived": True}]},
                     {"id": "90140000022", "name": "Gone by", "archived": True}],
         "lists": [{"id": "901410000050", "name": "Inbox", "fields": [{"name": "Own", "type": "text"}]}]},
        {"id": "90140000012", "name": "Sales", "private": True, "lists": [{"id": "901410000002", "name": "Leads"}]},
        {"id": "90140000013", "name": "Attic", "archived": True}],
    "tasks": [{"id": "86cone", "list": "901410000001", "name": "One", "comments": [{"text": "a"}]},
              {"id": "86ctwo", "list": "901410000002"}]}


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def start(self, *options):
        process = subprocess.Popen([PROGRAM, "--for", "60", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, process)
        return process, process.stdout.readline()

    def end(self, process):
        process.kill()
        process.communicate()

    def request(self, url, method, path, body=None):
        connection = http.client.HTTPConnection(url.strip().removeprefix("http://"), timeout=20)
        self.addCleanup(connection.close)
        connection.request(method, path, body, {"Authorization": TOKEN, "Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read() or "null")

    def test_its_address_is_in_the_ready_file_and_on_stdout(self):
        _, line = self.start("--ready", self.path("ready"))

        self.assertRegex(line, r"^http://127\.0\.0\.1:\d+\n$")
        with open(self.path("ready"), encoding="ascii") as file:
            self.assertEqual(file.read(), line)
        self.assertEqual(os.listdir(self.folder.name), ["ready"])

    def test_sigterm_ends_it_with_0(self):
        process, _ = self.start()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(10), 0)

    def test_it_ends_by_itself(self):
        process, _ = self.start("--for", "0.2")
        self.assertEqual(process.wait(10), 0)

    def test_the_ledger_holds_a_line_before_the_response_is_sent(self):
        _, url = self.start("--make", "tasks=1", "--ledger", self.path("ledger"))
        _, world = self.request(url, "GET", "/_fake/world")
        task = world["tasks"][0]["id"]

        self.assertEqual(self.request(url, "PUT", f"/api/v2/task/{task}", '{"status":"ready"}')[0], 200)

        with open(self.path("ledger"), encoding="utf-8") as file:
            entry = json.loads(file.read())
        self.assertEqual([entry[key] for key in ("what", "task", "by", "from", "to")],
                         ["status", task, "owner", "to do", "ready"])
        self.assertIsInstance(entry["time"], int)

    def test_a_world_is_read_from_a_file(self):
        with open(self.path("world"), "w", encoding="utf-8") as file:
            json.dump(TWO_SPACES, file)
        _, url = self.start("--world", self.path("world"), "--switch", "comment_id_string", "--switch", "rate_limit=7")

        self.assertEqual(self.request(url, "GET", "/api/v2/task/86cone")[1]["name"], "One")
        posted = self.request(url, "POST", "/api/v2/task/86cone/comment", '{"comment_text":"x"}')[1]
        self.assertIsInstance(posted["id"], str)

    def test_made_worlds_are_the_same_every_time(self):
        worlds = [self.request(self.start("--make", "lists=30,tasks=250,ready=30,fields=1")[1], "GET",
                               "/_fake/world") for _ in "12"]

        self.assertEqual(worlds[0], worlds[1])
        tasks = worlds[0][1]["tasks"]
        self.assertEqual((len(tasks), sum(task["status"] == "ready" for task in tasks), len({task["list"] for task in tasks})),
                         (250, 30, 30))

    def test_a_mistake_is_one_line(self):
        for options in (["--switch", "no_such"], ["--switch", "rate_limit=x"], ["--make", "moons=3"], ["--world", "/no/such"]):
            process, _ = self.start(*options)
            _, error = process.communicate(timeout=10)
            self.assertEqual((process.returncode, error.count("\n")), (1, 1), error)


class Tokens(FakeTest):
    WORLD = TWO_SPACES

    def refused(self, token, ecode):
        self.assert_error(self.call("GET", "/user", token=token), 401, ecode)

    def test_wrong_ones_are_told_apart(self):
        self.refused(None, "OAUTH_017")
        self.refused("pk_1_WRONG", "OAUTH_025")
        self.refused("oauth_token", "OAUTH_025")
        self.refused("Bearer nobody", "OAUTH_018")
        self.refused("Bearer " + TOKEN, "OAUTH_019")

    def test_a_personal_token_comes_raw_and_another_as_a_bearer(self):
        for token in (TOKEN, "Bearer oauth_token"):
            self.assertEqual(self.call("GET", "/user", token=token).json["user"]["id"], 4411723)

    def test_a_personal_token_as_bearer_is_a_switch(self):
        self.switch(accept_bearer_pk=True)
        self.assertEqual(self.call("GET", "/user", token="Bearer " + TOKEN).status, 200)

    def test_one_can_be_revoked_and_replaced(self):
        self.fake("tokens", {TOKEN: None, "pk_9_NEW": {"user": 4411723}})
        self.refused(TOKEN, "OAUTH_025")
        self.assertEqual(self.call("GET", "/user", token="pk_9_NEW").status, 200)

    def test_what_is_not_visible_looks_as_if_it_did_not_exist(self):
        for path in ("/space/90140000012", "/list/901410000002", "/list/901410000002/task", "/task/86ctwo",
                     "/task/86ctwo/comment"):
            self.assertEqual(self.call("GET", path).status, 200)
            self.assert_error(self.call("GET", path, token="pk_4411724_ONE"), 401, "OAUTH_027")
        tasks = self.call("GET", f"/team/{TEAM}/task", token="pk_4411724_ONE").json["tasks"]
        self.assertEqual([task["id"] for task in tasks], ["86cone"])

    def test_a_guest_sees_no_space_but_what_is_shared(self):
        self.assertEqual(self.call("GET", f"/team/{TEAM}/space", token="pk_4411724_GUEST").json, {"spaces": []})
        shared = self.call("GET", f"/team/{TEAM}/shared", token="pk_4411724_GUEST").json["shared"]
        self.assertEqual([one["id"] for one in shared["lists"]], ["901410000002"])
        self.assertEqual(self.call("GET", "/task/86ctwo", token="pk_4411724_GUEST").status, 200)


class Places(FakeTest):
    WORLD = TWO_SPACES

    def names(self, path, root, **query):
        return [one["name"] for one in self.get(path, **query)[root]]

    def test_the_user_and_the_workspace(self):
        user = self.get("/user")["user"]
        self.assertEqual((user["username"], user["timezone"]), ("Ola Nordin", "Europe/Berlin"))
        team, = self.get("/team")["teams"]
        self.assertEqual((team["id"], [one["user"]["id"] for one in team["members"]]), (TEAM, [4411723, 4411724]))

    def test_archived_selects_only_what_is_archived(self):
        self.assertEqual(self.names(f"/team/{TEAM}/space", "spaces"), ["Engineering", "Sales"])
        self.assertEqual(self.names(f"/team/{TEAM}/space", "spaces", archived="true"), ["Attic"])
        self.assertEqual(self.names(f"/space/{SPACE}/folder", "folders"), ["Backend"])
        self.assertEqual(self.names(f"/space/{SPACE}/folder", "folders", archived="true"), ["Gone by"])
        self.assertEqual(self.names("/folder/90140000021/list", "lists"), ["Sprint 14"])
        self.assertEqual(self.names("/folder/90140000021/list", "lists", archived="true"), ["Old"])

    def test_folders_embed_their_lists_with_statuses(self):
        folder, = self.get(f"/space/{SPACE}/folder")["folders"]
        list_, = folder["lists"]
        self.assertEqual((folder["task_count"], list_["task_count"]), ("1", 1))
        self.assertEqual([one["status"] for one in list_["statuses"]], ["Open", "QA", "done", "Shut"])
        self.assertEqual(self.get("/folder/90140000021"), folder)

    def test_lists_without_a_folder_have_a_hidden_one(self):
        inbox, = self.get(f"/space/{SPACE}/list")["lists"]
        self.assertEqual((inbox["name"], inbox["folder"]["hidden"]), ("Inbox", True))
        self.assertNotIn("statuses", inbox)

    def test_a_list_has_its_own_statuses_or_those_of_its_space(self):
        own = self.get(f"/list/{LIST}")
        self.assertTrue(own["override_statuses"])
        self.assertEqual([(one["status"], one["type"]) for one in own["statuses"]],
                         [("Open", "open"), ("QA", "custom"), ("done", "done"), ("Shut", "closed")])
        inherited = self.get("/list/901410000050")
        self.assertFalse(inherited["override_statuses"])
        self.assertEqual(inherited["statuses"], self.get(f"/space/{SPACE}")["statuses"])

    def test_only_a_private_space_names_its_members(self):
        self.assertIn("members", self.get("/space/90140000012"))
        self.assertNotIn("members", self.get(f"/space/{SPACE}"))

    def test_task_types_members_and_tags(self):
        self.assertEqual(self.get(f"/team/{TEAM}/custom_item")["custom_items"],
                         [{"name_plural": "Bugs", "description": "", "id": 1300, "name": "Bug"}])
        self.assertEqual(len(self.get(f"/list/{LIST}/member")["members"]), 2)
        self.assertEqual(self.names(f"/space/{SPACE}/tag", "tags"), ["bug"])

    def test_fields_are_of_a_level_and_a_list_has_all_above_it(self):
        self.assertEqual(self.names(f"/team/{TEAM}/field", "fields"), ["Branch"])
        self.assertEqual(self.names(f"/space/{SPACE}/field", "fields"), ["Effort"])
        self.assertEqual(self.names("/folder/90140000021/field", "fields"), ["Area"])
        self.assertEqual(self.names(f"/list/{LIST}/field", "fields"), ["Branch", "Effort", "Area"])
        self.assertEqual(self.names("/list/901410000050/field", "fields"), ["Branch", "Effort", "Own"])


class Errors(FakeTest):
    def test_an_unknown_id_is_401(self):
        for path in ("/team/1/space", "/team/1/task", "/space/1", "/folder/1", "/list/1", "/list/1/task", "/task/86cnone",
                     "/task/86cnone/comment"):
            self.assert_error(self.call("GET", path), 401, "OAUTH_027")
        for method, path in (("PUT", "/task/86cnone"), ("DELETE", "/task/86cnone"), ("PUT", "/comment/1"),
                             ("DELETE", "/webhook/1")):
            self.assert_error(self.call(method, path, {}), 401, "OAUTH_027")

    def test_an_id_that_is_no_number_is_400(self):
        self.assert_error(self.call("GET", "/list/abc"), 400, "INPUT_003")
        self.assert_error(self.call("GET", "/folder/abc/list"), 400, "INPUT_011")

    def test_an_unknown_path_and_a_wrong_method_are_html(self):
        for method, path in (("GET", "/nothing"), ("GET", "/task?query=x"), ("PATCH", "/user"), ("PUT", f"/list/{LIST}/task"),
                             ("OPTIONS", "/user")):
            self.assert_html(self.call(method, path), 404)

    def test_an_unknown_path_as_json_is_a_switch(self):
        self.switch(unknown_route_json=True)
        self.assert_error(self.call("GET", "/nothing"), 404, "APP_001")

    def test_the_odd_ones(self):
        self.assert_error(self.call("GET", "/view/1/task"), 404, "ACCESS_118")
        self.assert_error(self.call("POST", f"/list/{LIST}/comment", {"comment_text": "x"}), 500, "ERROR_HANDLER")
        self.assert_error(self.call("POST", f"/list/{LIST}/field", {"name": "x"}), 403, "FIELD_605")

    def test_a_body_that_is_not_json_is_400_without_a_code(self):
        for body in ("{", "[]"):
            answer = self.send("POST", f"/api/v2/list/{LIST}/task", body,
                               {"Authorization": TOKEN, "Content-Type": "application/json"})
            self.assert_error(answer, 400, None)

    def test_a_body_that_does_not_call_itself_json_is_none(self):
        answer = self.send("POST", f"/api/v2/list/{LIST}/task", '{"name":"x"}', {"Authorization": TOKEN})
        self.assert_error(answer, 400, "INPUT_005")


if __name__ == "__main__":
    unittest.main()
