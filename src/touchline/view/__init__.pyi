from .app import (
    make_app as make_app,
)
from .guard import (
    Guard as Guard,
)
from .serve import (
    serve_viewer as serve_viewer,
)
from .viewed_run import (
    ViewedHalf as ViewedHalf,
    ViewedRun as ViewedRun,
    open_run as open_run,
)
