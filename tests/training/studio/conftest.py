"""The studio's tests need a body, and some of them a screen, be it an imagined one."""

from __future__ import annotations

import pytest

pytest.importorskip("anny")


@pytest.fixture(scope="session")
def screen() -> None:
    """Skips where this machine has no OpenGL at all, which the error of the library says."""
    from yoga_assistant.errors import BackendError
    from yoga_assistant.training.studio.raster import _rasteriser

    try:
        _rasteriser(64)
    except BackendError as error:
        pytest.skip(str(error))
