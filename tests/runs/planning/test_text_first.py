from tests.support.endpoint import Endpoint, completion
from tests.support.videos import soccernet_folder
from touchline.runs import build_plan, parse_bench, run


def test_text_before_images_is_another_question_and_all_windows_begin_alike(tmp_path):
    with Endpoint(lambda body: (200, completion("None."), {})) as endpoint:
        soccernet_folder(tmp_path / "data", labels=[(1, 1000, "Goal")])
        model = f"engine: openai, model: m, base_url: '{endpoint.base_url}'"
        text = (
            f"data: {{root: data}}\nmodels: [{{name: images, {model}}}, "
            f"{{name: text, {model}, text_first: true}}]\n"
            "sampling: {fps: 5, window: 1, stride: 1}\n"
        )
        plan = build_plan(parse_bench(text, "b", tmp_path), "b")
        run(plan, tmp_path / "run", lambda *_: None)
    kinds = [[part["type"] for part in body["messages"][0]["content"]] for body in endpoint.bodies]
    images_first, text_first = kinds[:8], kinds[8:]
    assert images_first == [["image_url"] * 5 + ["text"]] * 8
    assert text_first == [["text"] + ["image_url"] * 5] * 8
    prefixes = {body["messages"][0]["content"][0]["text"] for body in endpoint.bodies[8:]}
    assert len(prefixes) == 1
    asked = [(tmp_path / f"run/questions/{name}.jsonl").read_text() for name in ("images", "text")]
    assert asked[0] != asked[1]
