"""Run by LocalStack when it starts: whoever started it can delete what it keeps under .terrarium, not only root."""

from __future__ import annotations

import os
from pathlib import Path

os.umask(0)
Path("/var/lib/localstack/state").chmod(0o777)
