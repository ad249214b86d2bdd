from .demo import (
    train_demo as train_demo,
)
