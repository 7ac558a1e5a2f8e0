"""A faithful fake of ClickUp's API v2, for cb's tests: real HTTP on loopback, real JSON shapes, real faults.

A request passes, in this order: server (HTTP) -> rate_limit -> faults -> auth -> routes -> the area's module
(hierarchy, tasks, comments, attachments, fields, webhooks) -> world. `control` serves what lies under /_fake.
`worldfile` documents the shape of a world and of a task in it; `switches` every quirk; `faults` every fault.
"""
