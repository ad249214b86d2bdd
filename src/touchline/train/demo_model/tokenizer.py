"""The demo model's own byte-level BPE tokenizer, and the processor around it."""

from collections.abc import Sequence
from typing import Any

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import Idefics3ImageProcessor, Idefics3Processor, PreTrainedTokenizerFast

from touchline.games import TEAM_PAIRS
from touchline.prompts import Messages, Text
from touchline.train.demo_model.training_settings import Sizes

PAD, END = "<pad>", "<end_of_utterance>"
IMAGE, AROUND_IMAGE, WHOLE_IMAGE = "<image>", "<fake_token_around_image>", "<global-img>"

_TEAMS = "|".join(name for pair in TEAM_PAIRS for name in pair)
_PIECES = "|".join(
    (
        r"(?:, )?frame [0-9]+ = [0-9.]+",  # a frame and its time: where the classifier reads
        r'\{"label": "',
        r'(?<="label": ")[^"\n]+',
        rf'", "team": "(?=(?:{_TEAMS})")',
        rf'(?<="team": ")(?:{_TEAMS})(?=")',
        r'", "time": (?=[0-9])',
        r", \"confidence\": (?=[0-9.]+, )",
        r', "details": ""\}\n?',
        r"[0-9]+(?:\.[0-9]+)?",
        r"\n+",
        r"(?:User|Assistant|System):",
        r"Frame [0-9]+:",
    )
)
"""Merges happen within pieces, never across. An answer has few tokens; each decides one thing."""

_CHAT = (
    "{% set count = namespace(images=0) %}"
    "{% for message in messages %}"
    "{{ message['role'] | capitalize }}:"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}"
    "{% if part['type'] in ('image', 'image_url') %}"
    "{% set count.images = count.images + 1 %}Frame {{ count.images }}:<image>"
    "{% elif part['type'] == 'text' %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}"
    "<end_of_utterance>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
"""Each image is numbered, so that it can be matched with the time that the prompt gives to it."""

TURNS = "User:Assistant:"


def numbers(count: int) -> str:
    """The numbers of the images, as the chat template writes them."""
    return "".join(f"Frame {number}:" for number in range(1, count + 1))


def train_processor(texts: Sequence[str], sizes: Sizes) -> Any:
    """An `Idefics3Processor` whose tokenizer has learned its merges from the given texts.

    Args:
        texts: prompts and answers.
        sizes: of the images and of the vocabulary.
    """
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    inner.decoder = decoders.ByteLevel()
    inner.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=sizes.vocabulary,
            min_frequency=1,
            special_tokens=[PAD, END, IMAGE, AROUND_IMAGE, WHOLE_IMAGE],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token=PAD,
        eos_token=END,
        padding_side="left",
        additional_special_tokens=[IMAGE, AROUND_IMAGE, WHOLE_IMAGE],
        clean_up_tokenization_spaces=False,
    )
    return Idefics3Processor(
        _image_processor(sizes),
        tokenizer,
        image_seq_len=sizes.tokens_a_frame,
        chat_template=_CHAT,
    )


def _image_processor(sizes: Sizes) -> Any:
    """Resizes each frame to a square, whatever else is in the batch."""
    bilinear = 2
    return Idefics3ImageProcessor(
        do_image_splitting=False,
        do_resize=False,
        resample=bilinear,
        size={"longest_edge": sizes.image_pixels},
        max_image_size={"longest_edge": sizes.image_pixels},
        image_mean=[0.5, 0.5, 0.5],
        image_std=[0.5, 0.5, 0.5],
    )


def chat(messages: Messages) -> list[dict[str, Any]]:
    """The messages as a conversation in the form of transformers, without pictures."""
    content = [
        {"type": "text", "text": part.text} if isinstance(part, Text) else {"type": "image"}
        for part in messages.parts
    ]
    return [{"role": "user", "content": content}]
