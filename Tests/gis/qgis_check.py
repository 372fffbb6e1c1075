#!/usr/bin/python3
"""QGIS itself reads the service as docs/maps.md tells a user to: every collection, counts, extents, expressions, types,
another reference system, vector tiles, and two pictures. Run by hand, since QGIS is large:

    apt-get install --no-install-recommends qgis python3-qgis
    make build && Tests/gis/qgis_check.py [FOLDER]

The pictures are left in FOLDER. Prints a line each; ends with 1 when something is wrong. PLANNER_BINARY names the program.
"""
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
SETTINGS = tempfile.TemporaryDirectory()
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = SETTINGS.name
os.environ.setdefault("XDG_RUNTIME_DIR", SETTINGS.name)

from qgis.core import (  # noqa: E402
    Qgis, QgsApplication, QgsAuthMethodConfig, QgsCoordinateReferenceSystem, QgsCoordinateTransform,
    QgsDataSourceUri, QgsFeatureRequest, QgsMapRendererParallelJob, QgsMapSettings, QgsProject,
    QgsRectangle, QgsSettings, QgsVectorLayer, QgsVectorTileLayer, QgsWkbTypes, QgsFillSymbol, QgsMarkerSymbol)
from qgis.PyQt.QtCore import QSize, QVariant  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent))
from served import serving  # noqa: E402

FAULTS = []
GEOMETRY = {
    "partners": QgsWkbTypes.PointGeometry, "regions": QgsWkbTypes.PolygonGeometry,
    "territories": QgsWkbTypes.PolygonGeometry, "trips": QgsWkbTypes.LineGeometry,
    "stops": QgsWkbTypes.PointGeometry, "legs": QgsWkbTypes.LineGeometry,
}


def check(holds, what):
    print(("ok    " if holds else "WRONG ") + what, flush=True)
    if not holds:
        FAULTS.append(what)


def configuration(login, token):
    """Authentication of the type "Basic": user name and password are login and token."""
    manager = QgsApplication.authManager()
    manager.setMasterPassword("master", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName(login)
    config.setConfigMap({"username": login, "password": token})
    assert manager.storeAuthenticationConfig(config)[0]
    return config.id()


def layer(service, name, auth, **more):
    uri = QgsDataSourceUri()
    uri.setParam("url", service.address + "/ogc")
    uri.setParam("typename", name)
    for key, value in more.items():
        uri.setParam(key, value)
    uri.setAuthConfigId(auth)
    return QgsVectorLayer(uri.uri(False), name, "OAPIF")


def total(service, name, query="", token=None):
    return service.json(f"/ogc/collections/{name}/items?limit=1{query}", token)["numberMatched"]


def check_connection(service, auth):
    """A connection as its window stores it, opened as the browser panel does."""
    settings = QgsSettings()
    for version in ["OGC_API_FEATURES", "auto"]:
        settings.setValue(f"qgis/connections-wfs/{version}/url", service.address + "/ogc")
        settings.setValue(f"qgis/connections-wfs/{version}/version", version)
        settings.setValue(f"qgis/connections-wfs/{version}/pagingenabled", True)
        settings.setValue(f"qgis/WFS/{version}/authcfg", auth)
    provider = next(p for p in QgsApplication.dataItemProviderRegistry().providers() if p.name() == "WFS")
    root = provider.createDataItem("", None)
    for connection in root.createChildren():
        names = [item.name().lower() for item in connection.createChildren()]
        check(names == list(GEOMETRY), f"a connection of the version {connection.name()} lists {', '.join(names)}")


def check_collections(service, auth):
    for name, geometry in GEOMETRY.items():
        one = layer(service, name, auth)
        if not one.isValid():
            check(False, f"{name}: {one.error().message()}")
            continue
        features = list(one.getFeatures())
        wanted = total(service, name)
        check(len(features) == wanted > 0, f"{name}: {len(features)} features of {wanted}")
        check(one.geometryType() == geometry, f"{name}: {QgsWkbTypes.displayString(one.wkbType())}")
        check(
            all(f.hasGeometry() for f in features) or name == "partners", f"{name}: every feature has a geometry")
        check(len({f["id"] for f in features}) == wanted, f"{name}: each feature has a name of its own")


def check_types(service, auth):
    wanted = {
        "stops": {"name": QVariant.String, "day": QVariant.Int, "arrival": QVariant.DateTime, "locked": QVariant.Bool},
        "legs": {"metres": QVariant.Double, "seconds": QVariant.Int, "source": QVariant.String},
        "territories": {"region": QVariant.String, "manager": QVariant.String, "managerName": QVariant.String},
    }
    for name, types in wanted.items():
        fields = layer(service, name, auth).fields()
        for field, kind in types.items():
            index = fields.indexOf(field)
            found = fields.at(index).type() if index >= 0 else None
            check(found == kind, f"{name}.{field} is {QVariant.typeToName(found) if found else 'missing'}")


def check_filters(service, auth):
    partners = layer(service, "partners", auth)
    west, south, east, north = 13.24, 53.55, 13.27, 53.57
    request = QgsFeatureRequest().setFilterRect(QgsRectangle(west, south, east, north))
    count = sum(1 for _ in layer(service, "partners", auth, restrictToRequestBBOX="1").getFeatures(request))
    wanted = total(service, "partners", f"&bbox={west},{south},{east},{north}")
    check(0 < count == wanted, f"partners in an extent: {count} of {wanted}")
    request = QgsFeatureRequest().setFilterExpression("\"kind\" = 'hotel'")
    count = sum(1 for _ in partners.getFeatures(request))
    wanted = total(service, "partners", "&kind=hotel")
    check(0 < count == wanted, f"partners by the expression kind = 'hotel': {count} of {wanted}")
    check(partners.setSubsetString("\"kind\" = 'hotel'") and partners.featureCount() in (-1, wanted)
          and sum(1 for _ in partners.getFeatures()) == wanted, "partners by the filter of the layer")


def check_paging(service, auth):
    for name in ["partners", "stops"]:
        paged = layer(service, name, auth, pageSize="7", maxNumFeatures="0")
        count = len({f["id"] for f in paged.getFeatures()})
        wanted = total(service, name)
        check(count == wanted, f"{name} in pages of 7: {count} of {wanted}")


def check_sight(service, other):
    count = sum(1 for _ in layer(service, "territories", other).getFeatures())
    wanted = total(service, "territories", token=service.other)
    check(count == wanted == 2 < total(service, "territories"), f"a manager's own territories: {count}")
    check(not layer(service, "partners", configuration("head", "plt_wrong")).isValid(), "a wrong token opens nothing")


def render(layers, extent, path):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setOutputSize(QSize(1000, 800))
    settings.setBackgroundColor(QColor("white"))
    turn = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"), settings.destinationCrs(), QgsProject.instance())
    settings.setExtent(turn.transformBoundingBox(extent))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(path))
    errors = [f"{e.layerID}: {e.message}" for e in job.errors()]
    colours = {image.pixel(x, y) for x in range(0, 1000, 2) for y in range(0, 800, 2)}
    return errors, len(colours)


def check_pictures(service, auth, folder):
    layers = []
    for name, style in [
        ("partners", ("marker", {"color": "#0b5fff", "size": "2.5"})), ("trips", None),
        ("territories", ("fill", {"color": "255,160,0,60", "outline_color": "#a05000"})),
        ("regions", ("fill", {"color": "0,0,0,0", "outline_color": "#555555"})),
    ]:
        one = layer(service, name, auth)
        if style:
            make = QgsMarkerSymbol if style[0] == "marker" else QgsFillSymbol
            one.renderer().setSymbol(make.createSimple(style[1]))
        layers.append(one)
    errors, colours = render(layers, QgsRectangle(10, 50, 33, 57), folder / "qgis-collections.png")
    check(not errors and colours > 20, f"a map of the collections: {colours} colours {errors or ''}")

    layers = []
    for name, zoom in [("partners", 14), ("roads", 14), ("base", 14)]:
        uri = QgsDataSourceUri()
        uri.setParam("type", "xyz")
        uri.setParam("url", service.address + f"/tiles/{name}/" + "{z}/{x}/{y}.mvt")
        uri.setParam("zmin", "0")
        uri.setParam("zmax", str(zoom))
        uri.setParam("authcfg", auth)
        tiles = QgsVectorTileLayer(bytes(uri.encodedUri()).decode(), name)
        check(tiles.isValid(), f"the vector tiles {name}")
        styles = tiles.renderer().styles()
        colour = {"partners": "#d01c1c", "roads": "#777777", "base": "#bcd6a0"}[name]
        for style in styles:
            style.symbol().setColor(QColor(colour))
        tiles.renderer().setStyles(styles)
        layers.append(tiles)
    errors, colours = render(layers, QgsRectangle(13.2, 53.53, 13.32, 53.59), folder / "qgis-tiles.png")
    check(not errors and colours > 20, f"a map of the tiles: {colours} colours {errors or ''}")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="planner-qgis-"))
    folder.mkdir(parents=True, exist_ok=True)
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    print(f"QGIS {Qgis.QGIS_VERSION}")
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as service:
        auth, other = configuration("head", service.token), configuration("boris", service.other)
        check_connection(service, auth)
        check_collections(service, auth)
        check_types(service, auth)
        check_filters(service, auth)
        check_paging(service, auth)
        check_sight(service, other)
        check_pictures(service, auth, folder)
    application.exitQgis()
    print(f"{len(FAULTS)} faults; pictures in {folder}")
    sys.exit(1 if FAULTS else 0)


if __name__ == "__main__":
    main()
