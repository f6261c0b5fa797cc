"""No struct type is met for the first time by two threads."""

import subprocess
import sys

CRASH = """
import sys, threading
import msgspec
from inbox.warming import warm

class Leaf(msgspec.Struct):
    a: int

kinds = [msgspec.defstruct(f"Kind{n}", [("leaves", list[Leaf]), ("n", int)]) for n in range(300)]
warm()
sys.setswitchinterval(1e-6)
ready = threading.Barrier(8)

def convert():
    ready.wait()
    for kind in kinds:
        msgspec.convert({"leaves": [{"a": 1}], "n": 1}, kind)
        msgspec.json.decode(b'{"leaves": [{"a": 1}], "n": 1}', type=kind)

threads = [threading.Thread(target=convert) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("alive")
"""


def test_many_threads_may_decode_warmed_types():
    done = subprocess.run([sys.executable, "-c", CRASH], capture_output=True, check=False)

    assert (0, b"alive\n") == (done.returncode, done.stdout)


WARMED = """
from inbox import channel, jobs, model, notices
from inbox.warming import WARM, warm

warm()
assert {channel.Inbound, jobs.Deliver, model.Message, notices.Happened} <= WARM
count = len(WARM)
warm()
assert len(WARM) == count > 20
"""


def test_every_value_of_the_core_is_warmed():
    subprocess.run([sys.executable, "-c", WARMED], check=True)
