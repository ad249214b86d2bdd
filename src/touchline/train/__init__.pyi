from .demo_model.demo import (
    train_demo as train_demo,
)
from .examples.export import (
    ExportResult as ExportResult,
    export_examples as export_examples,
)
from .examples.settings import (
    ExampleSettings as ExampleSettings,
)
from .lora.settings import (
    LoraSettings as LoraSettings,
)
from .lora.train_lora import (
    LoraResult as LoraResult,
    train_lora as train_lora,
)
