from .demo_model.demo import (
    train_demo as train_demo,
)
from .demo_model.training_settings import (
    Schedule as Schedule,
    Sizes as Sizes,
)
from .examples.example_settings import (
    ExampleSettings as ExampleSettings,
)
from .examples.export import (
    ExportResult as ExportResult,
    export_examples as export_examples,
)
from .hybrid.hybrid_settings import (
    HybridSettings as HybridSettings,
)
from .hybrid.train_hybrid import (
    HybridResult as HybridResult,
    train_hybrid as train_hybrid,
)
from .lora.lora_settings import (
    LoraSettings as LoraSettings,
)
from .lora.train_lora import (
    LoraResult as LoraResult,
    train_lora as train_lora,
)
