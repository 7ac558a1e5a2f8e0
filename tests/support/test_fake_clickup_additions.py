"""The fake ClickUp: what is added to a task: comments and attachments; and webhooks."""
import hashlib
import unittest

from fake_clickup import multipart
from fake_clickup.testing import TEAM, TOKEN
from test_fake_clickup_writing import WritingTest


class Comments(WritingTest):
    def post(self, text="Hello", **rest):
        return self.call("POST", "/task/one/comment", {"comment_text": text, **rest})

    def page(self, **query):
        return self.get("/task/one/comment", **query)["comments"]

    def test_the_answers_id_is_a_number_beyond_32_bits_and_text_when_listed(self):
        posted = self.post().json
        self.assertIsInstance(posted["id"], int)
        self.assertGreater(posted["id"], 2**32)
        listed, = self.page()
        self.assertEqual((listed["id"], listed["date"], listed["comment_text"], listed["user"]["id"]),
                         (str(posted["id"]), str(posted["date"]), "Hello", 4411723))
        self.assertEqual(listed["comment"], [{"text": "Hello", "attributes": {}}])
        entry, = self.ledger("comment")
        self.assertEqual((entry["text"], entry["id"], entry["by"]), ("Hello", listed["id"], "owner"))

    def test_the_answers_id_as_text_is_a_switch(self):
        self.switch(comment_id_string=True)
        self.assertIsInstance(self.post().json["id"], str)

    def paged(self):
        """Reads all comments as a client does, page by page; 60 of them, several in one millisecond."""
        for number in range(60):
            self.fake("task/one", {"comments": [{"text": str(number), "date": 5000 + number // 7}]})
        pages, query = [], {}
        while page := self.page(**query):
            pages.append(page)
            query = {"start": page[-1]["date"], "start_id": page[-1]["id"]}
            if len(page) < 25:
                break
        return [[one["comment_text"] for one in page] for page in pages]

    def test_pages_of_25_newest_first_lose_and_repeat_nothing(self):
        pages = self.paged()
        self.assertEqual([len(page) for page in pages], [25, 25, 10])
        self.assertEqual(sum(pages, []), [str(number) for number in reversed(range(60))])

    def test_the_boundary_may_be_repeated(self):
        self.switch(comment_boundary_repeated=True)
        pages = self.paged()
        self.assertEqual((pages[0][-1], len(pages[1])), (pages[1][0], 25))
        self.assertEqual(len(set(sum(pages, []))), 60)

    def test_date_updated_moves_only_with_the_switch(self):
        self.post()
        self.assertEqual(self.task()["date_updated"], "1000")
        self.switch(comment_bumps=True)
        self.post()
        self.assertGreater(int(self.task()["date_updated"]), 1000)

    def test_backticks_may_be_mangled(self):
        self.post("see `ls`")
        self.assertEqual(self.page()[0]["comment_text"], "see `ls`")
        self.switch(backticks_mangled=True)
        self.post("see `rm`")
        self.assertEqual((self.page()[0]["comment_text"], len(self.page()[0]["comment"])), ("see rm", 2))

    def test_rich_text_and_empty_text(self):
        self.call("POST", "/task/one/comment", {"comment": [{"text": "bold", "attributes": {"bold": True}}, {"text": "!"}]})
        self.assertEqual(self.page()[0]["comment_text"], "bold!")
        for body in ({}, {"comment_text": ""}, {"markdown_content": "x"}):
            self.assertEqual(self.call("POST", "/task/one/comment", body).status, 400)

    def test_edit_reply_and_delete(self):
        id = self.post().json["id"]
        self.assertEqual(self.call("PUT", f"/comment/{id}", {"comment_text": "New", "resolved": True}).json, {})
        self.assertEqual((self.page()[0]["comment_text"], self.page()[0]["resolved"]), ("New", True))
        self.call("POST", f"/comment/{id}/reply", {"comment_text": "An answer"})
        self.assertEqual((len(self.page()), self.page()[0]["reply_count"]), (1, 1))
        self.assertEqual(self.get(f"/comment/{id}/reply")["comments"][0]["comment_text"], "An answer")
        self.assertEqual(self.call("DELETE", f"/comment/{id}").json, {})
        self.assertEqual(self.page(), [])


class Attachments(WritingTest):
    def upload(self, content=b"hello", name="attachment", filename="build.log", **headers):
        head = f'--XX\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: text/plain\r\n\r\n'
        body = head.encode() + content + b"\r\n--XX--\r\n"
        return self.send("POST", "/api/v2/task/one/attachment", body, {"Authorization": TOKEN,
                                                                       "Content-Type": "multipart/form-data; boundary=XX",
                                                                       **headers})

    def test_the_three_names_of_a_part(self):
        for name in ("attachment", "attachment[]", "attachment[0]"):
            answer = self.upload(name=name)
            self.assertEqual((answer.status, answer.json["title"], answer.json["version"]), (200, "build.log", "0"))
        self.assertEqual(len(self.task()["attachments"]), 3)

    def test_a_task_shows_what_it_has(self):
        content = bytes(range(256)) * 1000 + b"\r\n--X\r\n"
        id = self.upload(content).json["id"]
        shown, = self.task()["attachments"]
        self.assertEqual((shown["id"], shown["title"], shown["size"], shown["extension"], shown["mimetype"]),
                         (id, "build.log", len(content), "log", "text/plain"))
        self.assertIsInstance(shown["date"], int)
        entry, = self.ledger("attachment")
        self.assertEqual((entry["sha256"], entry["size"]), (hashlib.sha256(content).hexdigest(), len(content)))
        self.assertEqual(self.send("GET", f"/_fake/attachment/{id}").raw, content)

    def test_chunks_are_read_as_well(self):
        body = b'--XX\r\nContent-Disposition: form-data; name="attachment"; filename="a b.txt"\r\n\r\nin pieces\r\n--XX--\r\n'
        connection = self.connection()
        connection.request("POST", "/api/v2/task/one/attachment", iter([body[:30], body[30:31], body[31:]]),
                           {"Authorization": TOKEN, "Content-Type": "multipart/form-data; boundary=XX"}, encode_chunked=True)
        self.assertEqual(connection.getresponse().status, 200)
        self.assertEqual([(one["title"], one["size"]) for one in self.task()["attachments"]], [("a b.txt", 9)])

    def test_what_is_no_file_is_refused(self):
        self.assert_error(self.upload(name="file"), 400, "ATTCH_045")
        self.assert_error(self.upload(**{"Content-Type": "application/json"}), 400, None)
        self.assert_error(self.upload(**{"Content-Type": "multipart/form-data; boundary=YY"}), 400, "ATTCH_045")
        self.assertEqual(self.task()["attachments"], [])

    def test_a_limit_answers_413_or_400(self):
        self.switch(attachment_limit=4)
        self.assert_html(self.upload(), 413)
        self.switch(attachment_over=400)
        self.assert_error(self.upload(), 400, "GBUSED_005")
        self.assertEqual((self.upload(b"1234").status, len(self.task()["attachments"])), (200, 1))

    def test_date_updated_moves_only_with_the_switch(self):
        self.upload()
        self.assertEqual(self.task()["date_updated"], "1000")
        self.switch(attachment_bumps=True)
        self.upload()
        self.assertGreater(int(self.task()["date_updated"]), 1000)


class Multipart(unittest.TestCase):
    def test_a_boundary_may_lie_across_any_two_reads(self):
        content = b"a\r\n--Xnot quite\r\n--X"
        body = (b'--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
                b'--XX\r\nContent-Disposition: form-data; name="b"; filename="q\\"x"\r\n\r\n' + content + b"\r\n--XX--\r\n")
        for step in range(1, 40):
            pieces = iter([body[at:at + step] for at in range(0, len(body), step)])
            first, second = multipart.parts(lambda count: next(pieces, b""), "multipart/form-data; boundary=XX")
            self.assertEqual((first.name, first.filename, first.kept), ("a", None, b"1"))
            self.assertEqual((second.filename, second.kept), ('q"x', content))

    def test_a_body_that_ends_early_is_bad(self):
        pieces = iter([b'--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'])
        with self.assertRaises(multipart.BadMultipart):
            multipart.parts(lambda count: next(pieces, b""), "multipart/form-data; boundary=XX")


class Webhooks(WritingTest):
    def test_they_are_kept_and_the_same_one_twice_is_refused(self):
        body = {"endpoint": "https://acme.example/hook", "events": ["taskStatusUpdated"], "list_id": 1}
        made = self.call("POST", f"/team/{TEAM}/webhook", body).json
        self.assertEqual((made["webhook"]["health"]["status"], made["webhook"]["team_id"]), ("active", int(TEAM)))
        self.assert_error(self.call("POST", f"/team/{TEAM}/webhook", body), 400, "OAUTH_009")
        self.assertEqual([one["id"] for one in self.get(f"/team/{TEAM}/webhook")["webhooks"]], [made["id"]])
        self.assertEqual(self.call("PUT", f"/webhook/{made['id']}", {"events": "*",
                                                                     "status": "active"}).json["webhook"]["events"], "*")
        self.assertEqual(self.call("DELETE", f"/webhook/{made['id']}").json, {})
        self.assertEqual(self.get(f"/team/{TEAM}/webhook"), {"webhooks": []})


if __name__ == "__main__":
    unittest.main()
