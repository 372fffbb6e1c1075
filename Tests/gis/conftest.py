"""GDAL, as QGIS uses it, asks the running server."""
import pytest
from served import serving


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("gis")) as service:
        yield service
