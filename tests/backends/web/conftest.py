"""A scripted network, and each test by blocking and by awaiting."""

from __future__ import annotations

import pytest

from .net import Fetch, Net, awaiting, blocking


@pytest.fixture
def net() -> Net:
    return Net()


@pytest.fixture(params=[blocking, awaiting])
def fetch(request: pytest.FixtureRequest) -> Fetch:
    chosen: Fetch = request.param
    return chosen
