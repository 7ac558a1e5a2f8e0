"""The command line."""
import argparse
import os
import signal
import sys
import threading

from . import make, switches, worldfile
from .app import App
from .server import Server
from .world import World


def options(argv):
    parser = argparse.ArgumentParser(prog="fake-clickup", description="A fake ClickUp on loopback, for tests.")
    parser.add_argument("--ready", metavar="FILE", help="where its address is written once it listens")
    parser.add_argument("--world", metavar="FILE", help="the state it begins with (JSON; see fake_clickup/worldfile.py)")
    parser.add_argument("--make", metavar="lists=N,tasks=N,…", help="makes that state (see fake_clickup/make.py)")
    parser.add_argument("--seed", default="1", help="of the faults that come by chance")
    parser.add_argument("--ledger", metavar="FILE", help="gets a JSON line for each change that is applied")
    parser.add_argument("--switch", metavar="NAME[=VALUE]", action="append", default=[], help="see fake_clickup/switches.py")
    parser.add_argument("--for", metavar="SECONDS", dest="seconds", type=float, default=900, help="ends after that time")
    return parser.parse_args(argv)


def built(asked):
    world = World(switches.parsed(asked.switch), asked.ledger)
    if asked.world:
        worldfile.load_file(world, asked.world)
    else:
        make.make(world, asked.make or "")
    return world


def announce(path, url):
    """Whole or not at all."""
    if path:
        with open(f"{path}.{os.getpid()}", "w", encoding="ascii") as file:
            file.write(url + "\n")
        os.rename(f"{path}.{os.getpid()}", path)
    print(url, flush=True)


def main(argv=None):
    asked = options(argv)
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    try:
        server = Server(App(built(asked), asked.seed))
    except (ValueError, OSError, KeyError) as error:
        sys.exit(f"fake-clickup: {error}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 60}, daemon=True).start()
    announce(asked.ready, server.url)
    end.wait(asked.seconds)
    sys.stdout.flush()
    os._exit(0)  # connections that are still open end with it
