from .examination import (
    Examination as Examination,
    Wanted as Wanted,
    examine as examine,
)
from .finding import (
    Finding as Finding,
    State as State,
)
from .machine import (
    Machine as Machine,
    ThisMachine as ThisMachine,
)
