from .app import (
    make_app as make_app,
)
from .guard import (
    Guard as Guard,
)
from .serve import (
    serve_viewer as serve_viewer,
)
from .viewed_files import (
    FileSpots as FileSpots,
    open_files as open_files,
)
from .viewed_run import (
    ViewedHalf as ViewedHalf,
    ViewedRun as ViewedRun,
    open_run as open_run,
)
