from transformers import LlamaConfig


class HomeConfig(LlamaConfig):
    model_type = "home_made"
    image_token_id: int = 0
    patch: int = 8
