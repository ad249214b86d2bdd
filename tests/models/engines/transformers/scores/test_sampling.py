"""Sampled answers: another for every seed, the same whatever else is in the batch."""

import hashlib
from dataclasses import replace

import torch

from tests.support.asking import engine, request
from touchline.models.engines.transformers.prefetch import batches
from touchline.models.engines.transformers.scores.sampling import SeededSampler


def sampled(number, seed, **settings):
    return replace(request(number, temperature=1.5, seed=seed, **settings), key=f"{number}-{seed}")


def test_an_answer_depends_on_its_seed_and_not_on_its_batch(tiny_checkpoint):
    asked = [sampled(number, seed) for number in range(2) for seed in range(3)]
    together = engine(tiny_checkpoint, batch_size=6).replies(asked)
    alone = engine(tiny_checkpoint, batch_size=1).replies(reversed(asked))
    said = {reply.key: reply.text for reply in together}
    assert said == {reply.key: reply.text for reply in alone}
    assert len(set(said.values())) == 6


def test_draws_follow_the_distribution():
    """20,000 draws from three tokens, against the probabilities at this temperature."""
    one = sampled(0, 0)
    rows = [replace(one, key=hashlib.sha256(str(n).encode()).hexdigest()) for n in range(20_000)]
    scores = torch.tensor([[1.0, 2.0, 0.0]]).expand(len(rows), 3)
    drawn = SeededSampler(rows, torch.device("cpu"))(None, scores).argmax(dim=-1)
    shares = torch.bincount(drawn, minlength=3) / len(rows)
    wanted = torch.softmax(torch.tensor([1.0, 2.0, 0.0]) / 1.5, dim=-1)
    assert torch.allclose(shares, wanted, atol=0.015)


def test_log_probabilities_are_the_models_own_and_not_those_of_the_draw(tiny_checkpoint):
    loaded = engine(tiny_checkpoint)
    (drawn,) = loaded.replies([sampled(0, 0, max_new_tokens=1)])
    (greedy,) = loaded.replies([request(0, max_new_tokens=1)])
    assert drawn.tokens[0][1] <= greedy.tokens[0][1] < 0


def test_a_batch_holds_what_differs_in_its_seed_only():
    asked = [
        sampled(0, 0),
        sampled(0, 1),
        sampled(1, 0),
        request(2),
        request(3, max_new_tokens=9),
        request(4, max_new_tokens=9),
    ]
    found = [[one.key for one in batch] for batch in batches(asked, lambda: 2)]
    assert found == [["0-0", "0-1"], ["1-0"], ["k2"], ["k3", "k4"]]
