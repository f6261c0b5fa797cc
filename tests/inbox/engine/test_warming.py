"""No struct type is met for the first time by two threads.

Without `warm`, msgspec 0.22 ends the first of these programs with a segmentation fault.
"""

import subprocess
import sys

KINDS = "import datetime, enum, msgspec\nfrom typing import Any\n" + "".join(
    f"""
class Colour{number}(enum.StrEnum):
    RED = "red"

class Leaf{number}(msgspec.Struct, frozen=True, kw_only=True):
    a: "int"
    b: "Colour{number} | None" = None
    c: "dict[str, Any]" = {{}}

class Kind{number}(msgspec.Struct, frozen=True, kw_only=True):
    leaves: "tuple[Leaf{number}, ...]"
    at: "datetime.datetime | None" = None
"""
    for number in range(200)
)
THREADS = """
import sys, threading
import msgspec
import kinds
from inbox.warming import warm

warm()
known = [getattr(kinds, f"Kind{number}") for number in range(200)]
sys.setswitchinterval(1e-6)
ready = threading.Barrier(8)

def convert():
    ready.wait()
    for kind in known:
        msgspec.convert({"leaves": [{"a": 1, "b": "red"}]}, kind)
        msgspec.json.decode(b'{"leaves": [{"a": 1, "b": "red"}]}', type=kind)

threads = [threading.Thread(target=convert) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("alive")
"""


def test_many_threads_may_decode_warmed_types(tmp_path):
    (tmp_path / "kinds.py").write_text(KINDS)
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{THREADS}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

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
