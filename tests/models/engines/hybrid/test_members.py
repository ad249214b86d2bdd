"""Several recurrent networks as one."""

import torch

from tests.support.spotters import tiny_config
from touchline.models import HybridNetwork, join_members

TOWER = "0" * 32


def test_members_are_averaged_as_probabilities_and_shifts_by_their_weight() -> None:
    single = tiny_config(tower=TOWER)
    members = []
    for probability, shift_s in ((0.9, 1.0), (0.3, -0.5)):
        member = HybridNetwork(single).eval()
        with torch.no_grad():
            member.time.scores.weight.zero_()
            member.time.scores.bias[:2] = torch.logit(torch.tensor(probability))
            member.time.scores.bias[2:] = shift_s
        members.append(member)
    joined = join_members(tiny_config(tower=TOWER, members=2), members)
    scores = joined.time(torch.randn(1, 3, 8))
    assert torch.allclose(scores.logits.sigmoid(), torch.full((1, 3, 2), 0.6), atol=1e-5)
    expected = (0.9 * 1.0 + 0.3 * -0.5) / 1.2
    assert torch.allclose(scores.shift_s, torch.full((1, 3, 2), expected), atol=1e-5)


def test_a_single_member_is_the_network_itself() -> None:
    member = HybridNetwork(tiny_config(tower=TOWER))
    assert join_members(tiny_config(tower=TOWER), [member]) is member
