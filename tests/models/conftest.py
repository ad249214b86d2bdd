import pytest


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory):
    """A folder with a real Idefics3 of random weights, made as the demo model is made."""
    import torch

    from touchline.train.demo_model.demo import build_processor, save
    from touchline.train.demo_model.network import build_model
    from touchline.train.demo_model.training_settings import Sizes

    torch.set_num_threads(1)
    torch.manual_seed(0)
    sizes = Sizes(
        image_pixels=32,
        patch_pixels=8,
        vision_width=64,
        vision_layers=1,
        text_width=64,
        text_layers=1,
    )
    processor = build_processor(sizes)
    folder = tmp_path_factory.mktemp("tiny")
    save(build_model(sizes, processor.tokenizer), processor, folder)
    return folder
