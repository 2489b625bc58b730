import os
import subprocess
import sys
import time

LOOK = """
import os, resource
from config.process import close_process
close_process()
dumpable = __import__("ctypes").CDLL(None).prctl(3, 0, 0, 0, 0)
print(oct(os.umask(0)), resource.getrlimit(resource.RLIMIT_CORE)[1] <= 1, dumpable)
"""

PARENT = """
import os, subprocess, sys
from config.process import die_with_parent
me = os.getpid()
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, preexec_fn=lambda: die_with_parent(me))
print(child.pid, flush=True)
input()
"""


def run(program: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def is_gone(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_closed_process_leaves_no_core_and_no_readable_file() -> None:
    with run(LOOK) as process:
        said, _ = process.communicate(timeout=20)

    assert said.split() == ["0o77", "True", "0"]


def test_a_child_ends_when_its_parent_is_killed_outright() -> None:
    with run(PARENT) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not is_gone(child)

        parent.kill()
        parent.wait(timeout=10)

        deadline = time.monotonic() + 10
        while not is_gone(child) and time.monotonic() < deadline:
            os.sched_yield()
        assert is_gone(child)
