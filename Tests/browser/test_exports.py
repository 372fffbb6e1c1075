"""What planner writes is read by parsers that are not ours."""
import json
import subprocess

import gpxpy
import icalendar
import pytest


@pytest.fixture(scope="module", params=[0, 1], ids=["latest", "earlier"])
def trip(demo, request):
    """A trip as the list of trips and its own export tell it: one is on roads, the other is estimated."""
    trips = demo.json("trip", "list")
    return (trips["trips"] if isinstance(trips, dict) else trips)[request.param]


def exported(demo, trip, form, tmp_path):
    target = tmp_path / f"trip.{form}"
    demo.run("export", "trip", trip["id"], "--format", form, "--output", str(target))
    return target.read_bytes()


def test_gpx_holds_every_stop_and_a_track(demo, trip, tmp_path):
    stops = stops_of(demo, trip, tmp_path)
    gpx = gpxpy.parse(exported(demo, trip, "gpx", tmp_path).decode())
    assert len(gpx.waypoints) >= len(stops)
    named = " ".join(p.name for p in gpx.waypoints)
    for stop in stops:
        assert stop["properties"]["name"] in named
    assert gpx.routes or gpx.tracks


def test_the_calendar_holds_every_stop_with_a_stable_name(demo, trip, tmp_path):
    stops = stops_of(demo, trip, tmp_path)
    data = exported(demo, trip, "ics", tmp_path)
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    summaries = " ".join(str(e["SUMMARY"]) for e in events)
    for stop in stops:
        assert stop["properties"]["name"] in summaries
    names = [str(e["UID"]) for e in events]
    assert len(names) == len(set(names))
    assert all("SEQUENCE" in e for e in events)
    again = icalendar.Calendar.from_ical(exported(demo, trip, "ics", tmp_path)).walk("VEVENT")
    assert names == [str(e["UID"]) for e in again]
    assert max(len(line) for line in data.split(b"\r\n")) <= 75


def stops_of(demo, trip, tmp_path):
    collection = json.loads(exported(demo, trip, "geojson", tmp_path))
    assert collection["type"] == "FeatureCollection"
    return [f for f in collection["features"] if f["properties"].get("kind") == "stop"]


def test_geojson_is_whole_and_in_range(demo, trip, tmp_path):
    def walk(coordinates):
        if isinstance(coordinates[0], (int, float)):
            longitude, latitude = coordinates[:2]
            assert -180 <= longitude <= 180 and -90 <= latitude <= 90
        else:
            for part in coordinates:
                walk(part)

    collection = json.loads(exported(demo, trip, "geojson", tmp_path))
    kinds = {f["properties"]["kind"] for f in collection["features"]}
    assert {"stop", "leg", "start"} <= kinds
    for feature in collection["features"]:
        if feature["geometry"]:
            walk(feature["geometry"]["coordinates"])
    assert "crs" not in collection


def test_kml_is_read_by_gdal_folder_by_folder(demo, trip, tmp_path):
    stops = stops_of(demo, trip, tmp_path)
    path = tmp_path / "trip.kml"
    exported(demo, trip, "kml", tmp_path)
    told = subprocess.run(
        ["ogrinfo", "-al", "-q", str(path)], capture_output=True, text=True, check=True, timeout=60)
    assert "warning" not in told.stderr.lower() and "error" not in told.stderr.lower()
    assert told.stdout.count("POINT") >= len(stops)
    assert told.stdout.count("LINESTRING") >= len(stops)
    assert all(f"Layer name: Day {n + 1}" in told.stdout for n in range(max(s["properties"]["day"] for s in stops)))
    for stop in stops:
        assert stop["properties"]["name"] in told.stdout


def test_csv_opens_as_a_table(demo, trip, tmp_path):
    import csv
    import io

    stops = stops_of(demo, trip, tmp_path)
    rows = list(csv.reader(io.StringIO(exported(demo, trip, "csv", tmp_path).decode("utf-8-sig"))))
    assert len(rows) >= len(stops) + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not any(cell[:1] in ("=", "@") for row in rows for cell in row)
