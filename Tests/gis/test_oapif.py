"""The map surfaces, read by GDAL's drivers: what GDAL reads, QGIS reads."""
import base64
import json
import os
import subprocess
import urllib.error
import urllib.request

import icalendar
import jsonschema_rs
import pytest

CRS = "http://www.opengis.net/def/crs/EPSG/0/"


def layers(served, token=None):
    out = served.gdal("ogrinfo", "-ro", "-q", f"OAPIF:{served.address}/ogc", token=token)
    return [line.split()[1] for line in out.splitlines() if line[:1].isdigit()]


def summary(served, layer, *options, token=None):
    out = served.gdal(
        "ogrinfo", "-ro", "-so", *options, f"OAPIF:{served.address}/ogc", layer, token=token)
    fields = {}
    count = geometry = None
    for line in out.splitlines():
        if line.startswith("Feature Count:"):
            count = int(line.split(":")[1])
        elif line.startswith("Geometry:"):
            geometry = line.split(":")[1].strip()
        elif line.endswith(")") and ": " in line and line.split(":")[0].isidentifier():
            fields[line.split(":")[0]] = line.split(": ")[1].rsplit(" ", 1)[0]
    return count, geometry, fields


def read(path, layer=None):
    done = subprocess.run(
        ["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", str(path)] + ([layer] if layer else []),
        capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["features"]


def test_the_layers_are_listed_with_their_counts_and_types(served):
    assert layers(served) == ["partners", "regions", "territories", "trips", "stops", "legs"]
    wanted = {"partners": "Point", "regions": "Multi Polygon", "territories": "Multi Polygon", "trips": "Multi Line String", "stops": "Point",
              "legs": "Line String"}
    for layer, geometry in wanted.items():
        count, found, _ = summary(served, layer)
        assert count == served.json(f"/ogc/collections/{layer}/items?limit=1")["numberMatched"] > 0
        assert found == geometry
    _, _, fields = summary(served, "stops")
    assert fields["day"] == "Integer" and fields["arrival"] == "DateTime" and fields["date"] == "Date"
    assert fields["locked"] == "Integer(Boolean)" and fields["name"] == "String"
    _, _, fields = summary(served, "legs")
    assert fields["metres"] == "Real" and fields["seconds"] == "Integer"


def test_small_pages_hold_what_one_large_page_holds(served, tmp_path):
    for layer in ["partners", "stops"]:
        target = tmp_path / f"{layer}.gpkg"
        served.gdal(
            "ogr2ogr", "-f", "GPKG", str(target), f"OAPIF:{served.address}/ogc", layer, "-oo", "PAGE_SIZE=7")
        paged = {f["properties"]["id"]: f for f in read(target, layer)}
        whole = served.json(f"/ogc/collections/{layer}/items?limit=10000")["features"]
        assert set(paged) == {f["id"] for f in whole}
        for feature in whole:
            there = paged[feature["id"]]
            assert there["properties"]["name"] == feature["properties"]["name"]
            assert there["geometry"]["coordinates"] == pytest.approx(feature["geometry"]["coordinates"], abs=1e-6)


def test_boxes_and_properties_are_filtered_by_the_server(served):
    everybody = served.json("/ogc/collections/partners/items?limit=10000")["features"]
    west, south, east, north = 13.24, 53.55, 13.27, 53.57
    inside = [f for f in everybody if f["geometry"]
              and west <= f["geometry"]["coordinates"][0] <= east and south <= f["geometry"]["coordinates"][1] <= north]
    count, _, _ = summary(served, "partners", "-spat", str(west), str(south), str(east), str(north))
    assert 0 < count == len(inside) < len(everybody)
    box = f"bbox={west},{south},{east},{north}"
    assert served.json(f"/ogc/collections/partners/items?{box}")["numberMatched"] == count
    hotels = served.json("/ogc/collections/partners/items?kind=hotel")["numberMatched"]
    assert hotels == sum(f["properties"]["kind"] == "hotel" for f in everybody)
    count, _, _ = summary(served, "partners", "-where", "kind = 'hotel'")
    assert count == hotels


def test_yes_and_no_and_days_are_filtered_as_gdal_writes_them(served):
    everything = {
        layer: [f["properties"] for f in served.json(f"/ogc/collections/{layer}/items?limit=10000")["features"]]
        for layer in ["partners", "stops"]}
    day = sorted(p["date"] for p in everything["stops"])[len(everything["stops"]) // 2]
    for layer, where, holds in [
            ("partners", "stale = 0", lambda p: not p["stale"]), ("stops", "locked = 0", lambda p: not p["locked"]),
            ("stops", f"date >= '{day.replace('-', '/')}'", lambda p: p["date"] >= day)]:
        out = served.gdal(
            "ogr2ogr", "-f", "GeoJSON", "/vsistdout/", f"OAPIF:{served.address}/ogc", layer, "-where", where)
        found = len(json.loads(out)["features"])
        assert found == sum(map(holds, everything[layer])) > 0, where


@pytest.mark.parametrize("epsg", [4326, 3857, 2180, 3035, 32633, 32634, 32635, 32636, 32637])
def test_other_reference_systems_are_those_of_proj(served, epsg):
    path = "/ogc/collections/partners/items?limit=20&bbox=20,50,30,56"
    plain = served.json(path)["features"]
    status, headers, body = served.get(f"{path}&crs={CRS}{epsg}")
    assert status == 200 and headers["Content-Crs"] == f"<{CRS}{epsg}>"
    turned = json.loads(body)["features"]
    points = "\n".join("{} {}".format(*f["geometry"]["coordinates"]) for f in plain)
    done = subprocess.run(
        ["gdaltransform", "-s_srs", "OGC:CRS84", "-t_srs", f"EPSG:{epsg}", "-output_xy"], input=points,
        capture_output=True, text=True, check=True)
    for line, feature in zip(done.stdout.splitlines(), turned, strict=True):
        x, y = map(float, line.split())
        # GDAL's program writes east before north; the register has north first for these.
        wanted = (y, x) if epsg in (4326, 2180, 3035) else (x, y)
        assert feature["geometry"]["coordinates"] == pytest.approx(wanted, abs=1e-6 if epsg == 4326 else 0.002)


def test_a_box_in_another_system_is_the_same_box(served):
    inside = served.json("/ogc/collections/partners/items?bbox=13.24,53.55,13.27,53.57")["numberMatched"]
    turned = served.json(
        f"/ogc/collections/partners/items?bbox=53.55,13.24,53.57,13.27&bbox-crs={CRS}4326")["numberMatched"]
    assert inside == turned > 0


def test_a_manager_reads_his_own_and_what_is_nobodys(served):
    assert summary(served, "trips")[0] == 2
    assert summary(served, "trips", token=served.other)[0] == 0
    assert summary(served, "partners", token=served.other)[0] == served.json(
        "/ogc/collections/partners/items?limit=1", served.other)["numberMatched"]
    assert served.get("/ogc", token="")[0] == 401


def test_territories_are_the_regions_of_their_managers(served):
    features = served.json("/ogc/collections/territories/items?sortby=-region,manager")["features"]
    assert [(f["properties"]["region"], f["properties"]["manager"]) for f in features] == [
        ("BY-HR", "boris"), ("BY-BR", "boris"), ("BY-BR", "demo")]
    region = served.json("/ogc/collections/regions/items/BY-BR")
    assert features[1]["geometry"] == region["geometry"]
    assert summary(served, "territories", token=served.other)[0] == 2
    count, _, fields = summary(served, "territories", "-spat", "23.6", "52.0", "23.7", "52.1")
    assert count == 2 and fields["managerName"] == "String"


def test_queryables_and_sortables_are_schemas_that_features_keep_to(served):
    for collection in served.json("/ogc/collections")["collections"]:
        path = f"/ogc/collections/{collection['id']}"
        schemas = {name: served.json(f"{path}/{name}") for name in ["queryables", "sortables"]}
        for name, schema in schemas.items():
            jsonschema_rs.meta.validate(schema)
            assert schema["$id"] == f"{served.address}{path}/{name}"
        assert set(schemas["sortables"]["properties"]) < set(schemas["queryables"]["properties"])
        properties = schemas["queryables"]["properties"]
        for feature in served.json(f"{path}/items?limit=50")["features"]:
            for name, value in feature["properties"].items():
                assert value is None or jsonschema_rs.is_valid(properties[name], value), (name, value)


def test_an_order_holds_over_all_pages(served):
    path = "/ogc/collections/stops/items?limit=10&sortby=-arrival&properties=arrival"
    seen = []
    while path:
        page = served.json(path)
        assert all(set(f["properties"]) == {"arrival"} for f in page["features"])
        seen += [(f["properties"]["arrival"], f["id"]) for f in page["features"]]
        path = next((l["href"][len(served.address):] for l in page["links"] if l["rel"] == "next"), None)
    assert len({identifier for _, identifier in seen}) == len(seen) == page["numberMatched"]
    times = [time for time, _ in seen]
    assert times == sorted(times, reverse=True)


def test_login_and_token_as_user_name_and_password_read(served):
    def status(login, token):
        code = base64.b64encode(f"{login}:{token}".encode()).decode()
        request = urllib.request.Request(served.address + "/ogc", headers={"Authorization": f"Basic {code}"})
        try:
            return urllib.request.urlopen(request, timeout=60).status
        except urllib.error.HTTPError as error:
            return error.code
    assert status("head", served.token) == 200
    assert status("boris", served.token) == status("head", "plt_wrong") == 401
    # As GDAL sends it.
    environment = {"GDAL_HTTP_USERPWD": f"head:{served.token}", "GDAL_HTTP_AUTH": "BASIC"}
    done = subprocess.run(
        ["ogrinfo", "-ro", "-q", f"OAPIF:{served.address}/ogc"], capture_output=True, text=True, timeout=60,
        env=os.environ | environment)
    assert "territories" in done.stdout, done.stderr


def test_a_geopackage_and_back_keeps_routes(served, tmp_path):
    target = tmp_path / "trips.gpkg"
    served.gdal("ogr2ogr", "-f", "GPKG", str(target), f"OAPIF:{served.address}/ogc", "trips")
    trips = {f["properties"]["id"]: f for f in read(target, "trips")}
    for trip in served.json("/ogc/collections/trips/items")["features"]:
        there = trips[trip["id"]]
        assert there["geometry"]["type"] == "MultiLineString"
        assert [len(line) for line in there["geometry"]["coordinates"]] == [
            len(line) for line in trip["geometry"]["coordinates"]]


@pytest.mark.parametrize("tile", ["partners/3/4/2", "regions/4/8/5", "base/4/8/5", "roads/12/2198/1320"])
def test_gdal_reads_the_tiles(served, tile, tmp_path):
    status, _, body = served.get(f"/tiles/{tile}.mvt")
    if tile.startswith("roads"):
        x, y = 2198, next(
            y for y in range(1310, 1330) if served.get(f"/tiles/roads/12/2198/{y}.mvt")[0] == 200)
        status, _, body = served.get(f"/tiles/roads/12/{x}/{y}.mvt")
    assert status == 200 and len(body) < 500_000
    path = tmp_path / "tile.mvt"
    path.write_bytes(body)
    out = served.gdal("ogrinfo", "-ro", "-al", "-q", str(path))
    names = {line.split(":")[1].strip() for line in out.splitlines() if line.startswith("Layer name:")}
    assert names and (names == {tile.split("/")[0]} or "land" in names)


def test_tiles_hold_every_partner_once(served, tmp_path):
    def counted(zoom):
        total = 0
        for x in range(1 << zoom):
            for y in range(1 << zoom):
                status, _, body = served.get(f"/tiles/partners/{zoom}/{x}/{y}.mvt")
                if status == 204:
                    continue
                path = tmp_path / f"{zoom}-{x}-{y}.mvt"
                path.write_bytes(body)
                for line in served.gdal("ogrinfo", "-ro", "-al", str(path)).splitlines():
                    if line.strip().startswith("count (Integer)"):
                        total += int(line.split("=")[1])
                    elif line.strip().startswith("cluster (Integer(Boolean)) = 0"):
                        total += 1
        return total
    placed = sum(
        f["geometry"] is not None for f in served.json("/ogc/collections/partners/items?limit=10000")["features"])
    assert counted(0) == counted(2) == placed


def test_the_calendar_is_one_for_its_readers(served):
    status, headers, body = served.get(served.calendar, token="")
    assert status == 200 and headers["Content-Type"].startswith("text/calendar")
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    names = [str(e["UID"]) for e in events]
    assert len(names) == len(set(names)) and all("SEQUENCE" in e for e in events)
    assert sum("-day-" in name for name in names) == 7
    stops = served.json("/ogc/collections/stops/items?limit=1000")["features"]
    assert len(names) == 7 + len(stops)
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert all("LAST-MODIFIED" in e for e in events)
    assert any(ord(letter) > 0x400 for letter in body.decode())
    assert served.get(served.calendar, token="", If_None_Match=headers["ETag"])[0] == 304


def test_photon_finds_places_both_ways(served):
    found = served.json("/photon/api?q=Neubrandenburg&limit=3&lang=de")["features"]
    assert found[0]["properties"]["name"] == "Neubrandenburg" and found[0]["properties"]["country"] == "Deutschland"
    west, south, east, north = 13, 53, 14, 54
    boxed = served.json(f"/photon/api?q=Neu&bbox={west},{south},{east},{north}&limit=10")["features"]
    assert boxed and all(
        west <= f["geometry"]["coordinates"][0] <= east and south <= f["geometry"]["coordinates"][1] <= north
        for f in boxed)
    cities = served.json("/photon/api?q=Minsk&osm_tag=place")["features"]
    assert cities and all(f["properties"]["osm_key"] == "place" for f in cities)
    none = served.json("/photon/api?q=Minsk&osm_tag=!place")["features"]
    assert all(f["properties"]["osm_key"] != "place" for f in none)
    near = served.json("/photon/reverse?lat=53.556&lon=13.26")["features"]
    assert near[0]["properties"]["city"] == "Neubrandenburg"
    status, _, body = served.get("/photon/api")
    assert status == 400 and json.loads(body)["message"].startswith("missing search term 'q'")


def test_an_export_is_what_the_collection_shows(served):
    status, headers, body = served.get("/api/v1/exports/partners.geojson")
    assert status == 200 and headers["Content-Type"] == "application/geo+json"
    exported = {f["id"] for f in json.loads(body)["features"]}
    assert exported == {f["id"] for f in served.json("/ogc/collections/partners/items?limit=10000")["features"]}
