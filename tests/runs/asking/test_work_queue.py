"""Windows dealt to workers that are slow, fast, or die."""

from hypothesis import given, strategies as st

from touchline.runs.asking.work_queue import MOST_DEATHS, Word, WorkQueue

ACTS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["pull", "pull", "answer", "die"])), max_size=80
)


@given(st.integers(0, 30), st.integers(1, 5), ACTS)
def test_whatever_workers_do_every_window_is_answered_once_and_then_it_ends(size, workers, acts):
    """Workers pull, answer and die in any order; then they live on until all is done."""
    deal = WorkQueue(list(range(100, 100 + size)), workers)
    flying = [[] for _ in range(workers)]
    settled = []

    def pull(worker):
        word = deal.next(worker)
        if isinstance(word, int):
            flying[worker].append(word)
        return word

    def answer(worker):
        settled.append(flying[worker].pop())
        deal.answered(worker, settled[-1])

    for number, act in acts:
        worker = number % workers
        if act == "pull":
            pull(worker)
        elif act == "answer" and flying[worker]:
            answer(worker)
        elif act == "die":
            given_up = deal.died(worker)
            settled += [] if given_up is None else [given_up]
            flying[worker] = []
    while deal.left:
        for worker in range(workers):
            pull(worker)
            while flying[worker]:
                answer(worker)
    assert sorted(settled) == list(range(100, 100 + size))
    assert {deal.next(worker) for worker in range(workers)} == {Word.END}


def test_each_worker_begins_with_a_stretch_of_its_own():
    deal = WorkQueue(list(range(12)), 4)
    assert [deal.next(worker) for worker in range(4)] == [0, 3, 6, 9]
    assert [deal.next(worker) for worker in range(4)] == [1, 4, 7, 10]


def test_one_that_is_done_takes_over_the_second_half_of_the_slowest():
    deal = WorkQueue(list(range(20)), 2)
    for position in range(10):
        assert deal.next(0) == position
        deal.answered(0, position)
    assert deal.next(1) == 10
    assert deal.next(0) == 15
    assert deal.next(1) == 11


def test_a_window_that_kills_alone_is_given_up_and_its_neighbours_are_not():
    deal = WorkQueue(list(range(6)), 1)
    assert [deal.next(0) for _ in range(3)] == [0, 1, 2]
    assert deal.died(0) is None
    answered, deaths = [], 0
    while (word := deal.next(0)) is not Word.END:
        if word is Word.DRAIN:
            continue
        if word == 1:
            deaths += 1
            if deal.died(0) == 1:
                assert deaths == MOST_DEATHS
            continue
        deal.answered(0, word)
        answered.append(word)
    assert deaths == MOST_DEATHS
    assert sorted(answered) == [0, 2, 3, 4, 5]


def test_suspects_are_asked_one_at_a_time():
    deal = WorkQueue(list(range(6)), 1)
    assert [deal.next(0) for _ in range(3)] == [0, 1, 2]
    deal.died(0)
    assert deal.next(0) == 0
    assert deal.next(0) is Word.DRAIN
    deal.answered(0, 0)
    assert deal.next(0) == 1


def test_an_idle_worker_waits_for_windows_that_may_come_back():
    deal = WorkQueue([7], 2)
    assert deal.next(1) == 7
    assert deal.next(0) is Word.WAIT
    deal.died(1)
    assert deal.next(0) == 7
    deal.answered(0, 7)
    assert deal.next(0) is Word.END
