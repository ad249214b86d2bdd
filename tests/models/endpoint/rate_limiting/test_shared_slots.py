import subprocess
import sys

from hypothesis import given, strategies as st

from touchline.models.endpoint.rate_limiting.shared_slots import SharedSlots

HOLD = """
import sys
from pathlib import Path
from touchline.models.endpoint.rate_limiting.shared_slots import SharedSlots
slots = SharedSlots(Path(sys.argv[1]), 4)
print(sum(slots.take() for _ in range(3)), flush=True)
sys.stdin.read()
"""


def test_slots_are_those_of_all_processes_and_a_killed_one_gives_them_back(tmp_path):
    file = tmp_path / "slots"
    command = [sys.executable, "-c", HOLD, str(file)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "3\n"
        slots = SharedSlots(file, 4)
        assert [slots.take() for _ in range(3)] == [True, False, False]
        other.kill()
        other.wait(timeout=30)
        assert [slots.take() for _ in range(4)] == [True, True, True, False]
        slots.close()
    finally:
        other.kill()
        other.communicate()


@given(st.integers(1, 5), st.lists(st.tuples(st.booleans(), st.integers(0, 2)), max_size=40))
def test_never_more_than_the_limit_are_taken(tmp_path_factory, count, steps):
    file = tmp_path_factory.mktemp("slots") / "slots"
    engines = [SharedSlots(file, count) for _ in range(3)]
    taken = [0, 0, 0]
    for is_take, number in steps:
        if is_take:
            assert engines[number].take() == (sum(taken) < count)
            taken[number] += sum(taken) < count
        else:
            engines[number].release()
            taken[number] = max(0, taken[number] - 1)
    for engine in engines:
        engine.close()
    last = SharedSlots(file, count)
    assert sum(last.take() for _ in range(count + 1)) == count
    last.close()
