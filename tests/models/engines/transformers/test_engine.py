import pytest
import torch

from tests.support.asking import engine, request
from touchline.errors import UserError
from touchline.models import Failure, FailureReason, Reply
from touchline.models.engines.transformers.scores.token_probabilities import token_texts
from touchline.video import MissingFrameError


def test_a_batch_answers_as_its_windows_would_one_by_one(tiny_checkpoint):
    """Left padding and unequal numbers of frames must not change a greedy answer."""
    requests = [request(0), request(1, frames=2), request(2), request(3, frames=3)]
    alone = list(engine(tiny_checkpoint, batch_size=1).replies(requests))
    together = list(engine(tiny_checkpoint, batch_size=4).replies(requests))
    assert [r.key for r in together] == ["k0", "k1", "k2", "k3"]
    assert [(r.text, r.prompt_tokens) for r in together] == [
        (r.text, r.prompt_tokens) for r in alone
    ]
    assert len({r.prompt_tokens for r in alone}) == 3


def test_the_prompt_is_not_echoed_and_a_cut_answer_says_so(tiny_checkpoint):
    (reply,) = engine(tiny_checkpoint).replies([request(0)])
    assert isinstance(reply, Reply)
    assert "Analyze these" not in reply.text
    assert (reply.finish_reason, reply.completion_tokens) == ("length", 8)
    assert reply.seconds > 0
    assert reply.memory_bytes > 50_000_000


def test_an_answer_that_ends_by_itself_says_so(tiny_checkpoint):
    loaded = engine(tiny_checkpoint)
    first = next(iter(loaded.replies([request(0, max_new_tokens=1)])))
    said = loaded._loaded.tokenizer.encode(first.text, add_special_tokens=False)[0]
    loaded._loaded.model.generation_config.eos_token_id = [said]
    (reply,) = loaded.replies([request(0)])
    assert (reply.text, reply.finish_reason, reply.completion_tokens) == ("", "stop", 0)


def test_a_frame_that_does_not_decode_fails_its_window_only(tiny_checkpoint):
    def missing():
        raise MissingFrameError("the frame at 1.000 s does not decode")

    broken = request(0)
    object.__setattr__(broken, "read_frames", missing)
    answers = list(engine(tiny_checkpoint, batch_size=2).replies([broken, request(1)]))
    assert [type(answer) for answer in answers] == [Failure, Reply]
    assert answers[0].reason is FailureReason.FRAMES


def test_a_frame_that_is_no_picture_fails_its_window_only(tiny_checkpoint):
    broken = request(0)
    object.__setattr__(broken, "read_frames", lambda: [b"no picture"] * 4)
    answers = list(engine(tiny_checkpoint, batch_size=2).replies([broken, request(1)]))
    assert [type(answer) for answer in answers] == [Failure, Reply]
    assert answers[0].message.startswith("an unexpected error: ")


def short_of_memory(loaded, monkeypatch, fits):
    """A model whose `generate` has memory only for what `fits(rows, images)` says."""
    real, asked = loaded._loaded.model.generate, []

    def generate(**inputs):
        rows, images = inputs["input_ids"].shape[0], inputs["pixel_values"].shape[1]
        asked.append((rows, images))
        if not fits(rows, images):
            raise torch.OutOfMemoryError("out of memory")
        return real(**inputs)

    monkeypatch.setattr(loaded._loaded.model, "generate", generate)
    return asked


def test_where_memory_runs_out_the_batch_is_halved_and_stays_so(tiny_checkpoint, monkeypatch):
    loaded = engine(tiny_checkpoint, batch_size=4)
    asked = short_of_memory(loaded, monkeypatch, lambda rows, _: rows <= 2)
    answers = list(loaded.replies([request(n) for n in range(16)]))
    assert [rows for rows, _ in asked] == [4, *[2] * 8]
    assert [a.key for a in answers] == [f"k{n}" for n in range(16)]
    assert {a.lowered for a in answers} == {("batch 4 to 2",)}
    whole = list(engine(tiny_checkpoint, batch_size=4).replies([request(n) for n in range(16)]))
    assert [a.text for a in answers] == [a.text for a in whole]
    assert {a.lowered for a in whole} == {()}


def test_a_window_that_does_not_fit_alone_is_shown_fewer_frames(tiny_checkpoint, monkeypatch):
    loaded = engine(tiny_checkpoint, batch_size=2)
    asked = short_of_memory(loaded, monkeypatch, lambda _, images: images <= 2)
    large, small = loaded.replies([request(0, frames=5), request(1, frames=2)])
    assert asked == [(2, 5), (1, 5), (1, 3), (1, 2), (1, 2)]
    assert large.lowered == ("batch 2 to 1", "frames 5 to 2")
    assert small.lowered == ("batch 2 to 1",)


def test_the_prompt_says_which_frames_are_shown(tiny_checkpoint, monkeypatch):
    loaded = engine(tiny_checkpoint)
    short_of_memory(loaded, monkeypatch, lambda _, images: images <= 2)
    prompts, real = [], loaded._loaded.processor.apply_chat_template

    def noting(chats, **words):
        prompts.append([part for part in chats[0][-1]["content"] if part["type"] == "text"])
        return real(chats, **words)

    monkeypatch.setattr(loaded._loaded.processor, "apply_chat_template", noting)
    list(loaded.replies([request(0)]))
    assert len(prompts[0]) == 1
    assert prompts[1][0]["text"] == "Of these frames, only the following are shown: 1, 4."
    assert prompts[1][1] == prompts[0][0]


def test_pixels_are_halved_in_their_place_where_the_card_says_so(tiny_checkpoint, monkeypatch):
    loaded = engine(tiny_checkpoint, when_out_of_memory="pixels")
    shown, real = [], loaded._loaded.processor.apply_chat_template

    def noting(chats, **words):
        images = [part for part in chats[0][-1]["content"] if part["type"] == "image"]
        shown.append([one["image"].size for one in images])
        return real(chats, **words)

    monkeypatch.setattr(loaded._loaded.processor, "apply_chat_template", noting)
    short_of_memory(loaded, monkeypatch, lambda *_: shown[-1][0][0] < 200)
    (reply,) = loaded.replies([request(0, size=(320, 240))])
    assert [sizes[0] for sizes in shown] == [(320, 240), (226, 169), (159, 119)]
    assert reply.lowered == ("pixels 320x240 to 159x119",)


@pytest.mark.parametrize(
    ("rule", "fits", "said"),
    [
        ("fail", lambda _, images: images <= 2, "out of memory with 4 frames of 64x48; 2 frames"),
        ("fail", lambda *_: False, "not even one frame fits"),
        ("frames", lambda *_: False, "still when its frames were halved"),
        ("pixels", lambda *_: False, "still when its pixels were halved"),
    ],
)
def test_what_cannot_be_made_to_fit_is_a_failure_that_says_what_would(
    tiny_checkpoint, monkeypatch, rule, fits, said
):
    loaded = engine(tiny_checkpoint, when_out_of_memory=rule)
    short_of_memory(loaded, monkeypatch, fits)
    (failure,) = loaded.replies([request(0)])
    assert failure.reason is FailureReason.MEMORY
    assert said in failure.message


@pytest.mark.parametrize("content", [None, "{}"])
def test_what_does_not_load_is_one_sentence(tmp_path, content):
    if content:
        (tmp_path / "config.json").write_text(content)
    with pytest.raises(UserError, match=r"model 'tiny': folder .* cannot be loaded"):
        engine(tmp_path)


@pytest.mark.parametrize("penalty", [1.0, 1.3])
def test_a_greedy_answer_is_the_same_whether_its_tokens_are_recorded_or_not(
    tiny_checkpoint, monkeypatch, penalty
):
    loaded = engine(tiny_checkpoint, batch_size=2)
    requests = [request(n, repetition_penalty=penalty) for n in range(2)]
    recorded = list(loaded.replies(requests))
    real, ids = loaded._loaded.model.generate, []

    def unrecorded(**inputs):
        inputs["logits_processor"].clear()
        ids.append(real(**inputs))
        return ids[-1]

    monkeypatch.setattr(loaded._loaded.model, "generate", unrecorded)
    monkeypatch.setattr(
        "touchline.models.engines.transformers.answering.TokenRecorder.log_probabilities",
        lambda self, produced: [[0.0] * 8] * len(produced),
    )
    assert [r.text for r in loaded.replies(requests)] == [r.text for r in recorded]
    assert len(ids) == 1


def test_tokens_are_as_likely_as_the_scores_of_every_step_say(tiny_checkpoint, monkeypatch):
    """Against `output_scores`, which keeps all steps."""
    loaded = engine(tiny_checkpoint, batch_size=3)
    real, wanted = loaded._loaded.model.generate, []

    def scored(**inputs):
        found = real(**inputs, output_scores=True, return_dict_in_generate=True)
        answers = found.sequences[:, -len(found.scores) :]
        for row in range(len(answers)):
            steps = [torch.log_softmax(s[row].float(), -1) for s in found.scores]
            wanted.append([float(s[t]) for s, t in zip(steps, answers[row], strict=True)])
        return found.sequences

    monkeypatch.setattr(loaded._loaded.model, "generate", scored)
    replies = list(loaded.replies([request(0), request(1, frames=2), request(2)]))
    for reply, likely in zip(replies, wanted, strict=True):
        assert [p for _, p in reply.tokens] == pytest.approx(likely, abs=1e-5)
        assert "".join(text for text, _ in reply.tokens).strip() == reply.text
        assert len(reply.tokens) == reply.completion_tokens == 8
        assert all(p < 0 for _, p in reply.tokens)


def test_tokens_end_where_the_answer_ends(tiny_checkpoint):
    loaded = engine(tiny_checkpoint)
    (whole,) = loaded.replies([request(0)])
    ids = loaded._loaded.tokenizer.encode(whole.text, add_special_tokens=False)
    loaded._loaded.model.generation_config.eos_token_id = ids[-1]
    (cut,) = loaded.replies([request(0)])
    assert cut.finish_reason == "stop"
    assert len(cut.tokens) == cut.completion_tokens < 8
    for (text, likely), (other, more) in zip(cut.tokens, whole.tokens, strict=False):
        assert (text, likely) == (other, pytest.approx(more, abs=1e-5))


def test_a_character_in_several_tokens_belongs_to_the_last():
    parts = [b"Go", "é".encode()[:1], "é".encode()[1:], b"al"]

    def decode(tokens):
        return b"".join(parts[token] for token in tokens).decode("utf-8", "replace")

    assert token_texts(range(4), decode) == ["Go", "", "é", "al"]


def test_a_prompt_that_the_context_does_not_hold_fails_its_window_only(tiny_checkpoint):
    (known,) = engine(tiny_checkpoint).replies([request(0, frames=2)])
    loaded = engine(tiny_checkpoint, batch_size=2, context_tokens=known.prompt_tokens + 8)
    failure, reply = loaded.replies([request(1, frames=5), request(0, frames=2)])
    assert (failure.key, failure.reason) == ("k1", FailureReason.TOO_LONG)
    assert f"context holds {known.prompt_tokens + 8}" in failure.message
    assert (reply.key, reply.text) == ("k0", known.text)


def test_weights_that_do_not_fit_are_one_sentence(tiny_checkpoint, monkeypatch):
    def full(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("touchline.models.engines.transformers.loading._first_that_loads", full)
    with pytest.raises(UserError, match=r"do not fit .* touchline models fit tiny"):
        engine(tiny_checkpoint)
