"""Every family goes from card to journal, on a tiny checkpoint of its real class."""

from importlib.util import find_spec

import pytest

from tests.families.building import LEAST_TOKENS, build
from tests.families.roster import ROSTER
from touchline.games import read_video
from touchline.models import Reply, find_card
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.catalogue.card_registry import built_in_cards
from touchline.replies import read_records
from touchline.runs import build_plan_for_games, run
from touchline.runs.config.bench import Bench, DataSection


def shipped(family):
    """How the shipped cards of a family show images, where that is not as the checkpoint says."""
    for name in built_in_cards():
        card = find_card(name)
        if isinstance(card, TransformersCard) and card.family == family.name:
            return {"image_marker": card.image_marker, "processor": card.processor}
    return {}


def cards(family, folder):
    """One model that answers alone, the same in batches of two, and the same given video."""
    card = {
        "engine": "transformers",
        "checkpoint": str(folder),
        "precision": "float32",
        "generation": {"max_new_tokens": 8, "min_tokens": LEAST_TOKENS},
        **shipped(family),
    }
    found = [
        {**card, "name": "alone"},
        {**card, "name": "together", "batch_size": 2},
    ]
    if family.video:
        found.append({**card, "name": "video", "video": "native", "frames_as": "video"})
    return found


@pytest.mark.slow
@pytest.mark.parametrize("family", ROSTER, ids=lambda family: family.name)
def test_a_family_goes_from_card_to_journal(family, tmp_path, make_video):
    # Found, not imported: some packages need torchvision's operators, which `build` registers.
    if family.needs and find_spec(family.needs) is None:
        pytest.skip(f"{family.name} needs {family.needs}")
    bench = Bench(
        data=DataSection(root=str(tmp_path)),
        models=tuple(cards(family, build(family, tmp_path / "checkpoint"))),
        sampling={"frames": 4, "window": 2, "stride": 2, "height": 48},
    )
    plan = build_plan_for_games(bench, "families", [read_video(make_video())])
    result = run(plan, tmp_path / "run", lambda *_: None)
    assert not result.refused
    assert all(0 < row.figure("idle_share") < 1 for row in result.finished.rows)
    answers = {
        model.name: [
            record.answer for record in read_records(tmp_path / "run/replies" / model.name)
        ]
        for model in plan.models
    }
    for replies in answers.values():
        assert len(replies) == 2
        for reply in replies:
            assert isinstance(reply, Reply), reply
            assert LEAST_TOKENS <= reply.completion_tokens <= 8
            assert len(reply.tokens) == reply.completion_tokens
            assert all(likely <= 0 for _, likely in reply.tokens)
            assert "soccer game frames" not in reply.text
            assert reply.attention in ("sdpa", "eager")
    told = [[(r.text, r.prompt_tokens) for r in answers[name]] for name in ("alone", "together")]
    assert told[0] == told[1]
    if family.video:
        as_images, as_video = answers["alone"][0], answers["video"][0]
        assert as_video.prompt_tokens != as_images.prompt_tokens
