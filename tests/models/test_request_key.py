from dataclasses import replace

from touchline.games import SOCCERNET_V2
from touchline.models import Generation, request_key
from touchline.prompts import build_messages, load_template
from touchline.video import Window

WINDOW = Window("game", 1, 0, 9, 0, 3000, (0, 200, 400))


def key(window=WINDOW, prompt="base.v1", **changes):
    facts = {
        "fingerprint": "f",
        "frames": {"height": 224},
        "model": {"weights": "w", "precision": "float16"},
        "generation": Generation(),
    }
    asked = build_messages(window, load_template(prompt, SOCCERNET_V2))
    return request_key(window=window, messages=asked, **(facts | changes))


def test_what_could_change_an_answer_changes_the_key():
    others = [
        key(fingerprint="g"),
        key(window=replace(WINDOW, end_ms=2900)),
        key(window=replace(WINDOW, frame_times_ms=(0, 200))),
        key(frames={"height": 112}),
        key(prompt="context.v1"),
        key(model={"weights": "w", "precision": "float32"}),
        key(generation=Generation(max_new_tokens=9)),
        key(generation=Generation(seed=1)),
    ]
    assert len({key(), *others}) == len(others) + 1


def test_a_games_name_and_a_windows_place_do_not_change_the_key():
    assert key(window=replace(WINDOW, game="other", index=4, total=5)) == key()
