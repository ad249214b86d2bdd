"""Low-rank adapters (LoRA, QLoRA) of models with weights on this machine.

The method is of Hu et al. 2021 (https://arxiv.org/abs/2106.09685) and Dettmers et al. 2023
(https://arxiv.org/abs/2305.14314); PEFT has the adapters, transformers the training loop.
"""

from touchline.models import register_torchvision_operators

register_torchvision_operators()  # peft imports classes of transformers
