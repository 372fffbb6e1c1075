#!/usr/bin/env python3
"""Records answers of a running osrm-routed: one file each, NAME.json, listed with request and status in requests.tsv.

    record.py http://127.0.0.1:5000

README.md tells which data the server has.
"""
import sys
import urllib.error
import urllib.request
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TOWN = "13.2605,53.5560;13.2643,53.5571;13.2668,53.5549"
PAIR = "13.2605,53.5560;13.2643,53.5571"
FAR = "13.2605,53.5560;7.4200,43.7350;13.2643,53.5571"
MANY = "polyline(" + "_afeIwvgoA" + "%3F%3F" * 100 + ")"
CLIENT = "overview=false&steps=true&geometries=polyline6&continue_straight=false"
REQUESTS = {
    "route-polyline": f"/route/v1/driving/{TOWN}?overview=full&steps=true&annotations=true",
    "route-polyline6": f"/route/v1/driving/{TOWN}?overview=full&steps=true&geometries=polyline6",
    "route-geojson": f"/route/v1/car/{TOWN}.json?geometries=geojson&steps=true",
    "route-plain": f"/route/v1/driving/{PAIR}?overview=false&generate_hints=false",
    "route-annotations": f"/route/v1/driving/{PAIR}?overview=false&annotations=speed,nodes",
    "route-same-place": "/route/v1/driving/13.2605,53.5560;13.2605,53.5560?steps=true&overview=full&geometries=polyline6",
    "route-skip-waypoints": f"/route/v1/driving/{PAIR}?skip_waypoints=true",
    "error-no-route": "/route/v1/driving/13.2605,53.5560;7.4200,43.7350",
    "error-no-segment": f"/route/v1/driving/{PAIR}?radiuses=1000;0.01",
    "error-one-place": "/route/v1/driving/13.2605,53.5560",
    "error-counts": f"/route/v1/driving/{TOWN}?radiuses=1;1",
    "error-bad-option": f"/route/v1/driving/{PAIR}?colour=red",
    "error-bad-option-value": f"/route/v1/driving/{PAIR}?steps=maybe",
    "error-bad-value": "/route/v1/driving/13.2605,53.5560;200,53",
    "error-bad-version": f"/route/v2/driving/{PAIR}",
    "error-bad-service": f"/fly/v1/driving/{PAIR}",
    "error-bad-url": "/route/v1/driving",
    "table-all": f"/table/v1/driving/{TOWN}",
    "table-part": f"/table/v1/driving/{FAR}?sources=0;1&destinations=2;0&annotations=duration,distance",
    "table-fallback": f"/table/v1/driving/{FAR}?annotations=distance,duration&fallback_speed=20&scale_factor=2",
    "table-skip-waypoints": f"/table/v1/driving/{PAIR}?skip_waypoints=true&annotations=distance",
    "error-table-index": f"/table/v1/driving/{PAIR}?sources=2",
    "error-table-too-big": f"/table/v1/driving/{MANY}",
    "nearest": "/nearest/v1/driving/13.2605,53.5560?number=3",
    "error-nearest-none": "/nearest/v1/driving/13.2605,53.5560?radiuses=0.01",
    "error-nearest-number": "/nearest/v1/driving/13.2605,53.5560?number=0",
    "error-nearest-too-big": "/nearest/v1/driving/13.2605,53.5560?number=101",
    "trip-round": f"/trip/v1/driving/{TOWN}?steps=true&geometries=geojson",
    "trip-open": f"/trip/v1/driving/{TOWN}?roundtrip=false&source=first&destination=last&overview=false",
    "error-trip-open": f"/trip/v1/driving/{TOWN}?roundtrip=false",
    "error-trip-parts": f"/trip/v1/driving/{FAR}",
    # As the client asks.
    "client-version": "/nearest/v1/driving/0,0?radiuses=unlimited",
    "client-nearest": "/nearest/v1/driving/13.260500,53.556000?number=3",
    "client-nearest-none": "/nearest/v1/driving/13.260500,53.556000?number=1&radiuses=1",
    "client-route": "/route/v1/driving/13.260500,53.556000;13.264300,53.557100;13.266800,53.554900"
    + f"?{CLIENT}&annotations=duration,distance,nodes",
    "client-route-none": f"/route/v1/driving/13.260500,53.556000;13.264300,53.557100;7.420000,43.735000"
    + f"?{CLIENT}",
    "client-route-none-0": "/route/v1/driving/13.260500,53.556000;13.264300,53.557100?overview=false",
    "client-route-none-1": "/route/v1/driving/13.264300,53.557100;7.420000,43.735000?overview=false",
    "client-route-far": f"/route/v1/driving/13.260500,53.556000;13.264300,53.557100?{CLIENT}&radiuses=unlimited;1",
    "client-table": "/table/v1/driving/13.260500,53.556000;7.420000,43.735000;13.264300,53.557100"
    + "?annotations=duration,distance&sources=0;1;2&destinations=0;1;2",
    "client-table-negative": "/table/v1/driving/13.232000,53.562000;13.234000,53.562000"
    + "?annotations=duration,distance&sources=0;1&destinations=0;1",
}


def main(base):
    lines = []
    for name, request in REQUESTS.items():
        try:
            with urllib.request.urlopen(base + request) as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        (FOLDER / f"{name}.json").write_bytes(body + b"\n")
        lines.append(f"{name}\t{status}\t{request}\n")
    (FOLDER / "requests.tsv").write_text("".join(lines))


if __name__ == "__main__":
    main(sys.argv[1])
