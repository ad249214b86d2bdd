"""Windows shared among workers that are slow, fast, or die."""

from hypothesis import given, strategies as st

from touchline.runs.asking.work_queue import MAX_CRASHES, Instruction, WorkQueue

ACTS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["pull", "pull", "answer", "die"])), max_size=80
)


@given(st.integers(0, 30), st.integers(1, 5), ACTS)
def test_whatever_workers_do_every_window_is_answered_once_and_then_it_ends(size, workers, acts):
    """Workers pull, answer and die in any order; then they live on until all is done."""
    queue = WorkQueue(list(range(100, 100 + size)), workers)
    in_flight = [[] for _ in range(workers)]
    settled = []

    def pull(worker):
        chosen = queue.next(worker)
        if isinstance(chosen, int):
            in_flight[worker].append(chosen)
        return chosen

    def answer(worker):
        settled.append(in_flight[worker].pop())
        queue.answered(worker, settled[-1])

    for number, act in acts:
        worker = number % workers
        if act == "pull":
            pull(worker)
        elif act == "answer" and in_flight[worker]:
            answer(worker)
        elif act == "die":
            given_up = queue.died(worker)
            settled += [] if given_up is None else [given_up]
            in_flight[worker] = []
    while queue.left:
        for worker in range(workers):
            pull(worker)
            while in_flight[worker]:
                answer(worker)
    assert sorted(settled) == list(range(100, 100 + size))
    assert {queue.next(worker) for worker in range(workers)} == {Instruction.END}


def test_each_worker_begins_with_a_stretch_of_its_own():
    queue = WorkQueue(list(range(12)), 4)
    assert [queue.next(worker) for worker in range(4)] == [0, 3, 6, 9]
    assert [queue.next(worker) for worker in range(4)] == [1, 4, 7, 10]


def test_one_that_is_done_takes_over_the_second_half_of_the_slowest():
    queue = WorkQueue(list(range(20)), 2)
    for position in range(10):
        assert queue.next(0) == position
        queue.answered(0, position)
    assert queue.next(1) == 10
    assert queue.next(0) == 15
    assert queue.next(1) == 11


def test_a_window_that_kills_alone_is_given_up_and_its_neighbours_are_not():
    queue = WorkQueue(list(range(6)), 1)
    assert [queue.next(0) for _ in range(3)] == [0, 1, 2]
    assert queue.died(0) is None
    answered, deaths = [], 0
    while (chosen := queue.next(0)) is not Instruction.END:
        if chosen is Instruction.DRAIN:
            continue
        if chosen == 1:
            deaths += 1
            if queue.died(0) == 1:
                assert deaths == MAX_CRASHES
            continue
        queue.answered(0, chosen)
        answered.append(chosen)
    assert deaths == MAX_CRASHES
    assert sorted(answered) == [0, 2, 3, 4, 5]


def test_suspects_are_asked_one_at_a_time():
    queue = WorkQueue(list(range(6)), 1)
    assert [queue.next(0) for _ in range(3)] == [0, 1, 2]
    queue.died(0)
    assert queue.next(0) == 0
    assert queue.next(0) is Instruction.DRAIN
    queue.answered(0, 0)
    assert queue.next(0) == 1


def test_an_idle_worker_waits_for_windows_that_may_come_back():
    queue = WorkQueue([7], 2)
    assert queue.next(1) == 7
    assert queue.next(0) is Instruction.WAIT
    queue.died(1)
    assert queue.next(0) == 7
    queue.answered(0, 7)
    assert queue.next(0) is Instruction.END
