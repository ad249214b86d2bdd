import torch
from transformers import LlamaForCausalLM

from .configuration_home import HomeConfig


class HomeForCausalLM(LlamaForCausalLM):
    """A Llama whose image tokens are the mean colour of a picture, as numbers."""

    config_class = HomeConfig

    def __init__(self, config):
        super().__init__(config)
        self.see = torch.nn.Linear(3, config.hidden_size)
        self.post_init()

    def forward(
        self,
        input_ids=None,
        attention_mask=None,
        pixel_values=None,
        inputs_embeds=None,
        **kwargs,
    ):
        if inputs_embeds is None:
            inputs_embeds = self.get_input_embeddings()(input_ids)
            if pixel_values is not None and (input_ids == self.config.image_token_id).any():
                seen = self.see(pixel_values.mean(dim=(2, 3)))
                places = input_ids == self.config.image_token_id
                inputs_embeds = inputs_embeds.clone()
                inputs_embeds[places] = seen.to(inputs_embeds.dtype)
        return super().forward(inputs_embeds=inputs_embeds, attention_mask=attention_mask, **kwargs)

    def prepare_inputs_for_generation(self, input_ids, pixel_values=None, **kwargs):
        inputs = super().prepare_inputs_for_generation(input_ids, **kwargs)
        return {**inputs, "pixel_values": pixel_values}
