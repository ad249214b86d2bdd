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
