#!/usr/bin/env python3
"""Measures OSRM on an extract, in this process, and prints JSON.

    measure_osrm.py EXTRACT.osm.pbf FOLDER PAIRS

Needs Python 3.12 or later with the package named in osrm-requirements.txt. FOLDER gets OSRM's files. PAIRS is a text file
of lines "longitude latitude longitude latitude": places to drive between, the first of which are the tables' too.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import osrm

WHEEL = Path(osrm.__file__).parent


def prepare(extract: Path, folder: Path) -> dict:
    """Runs osrm-extract and osrm-contract: seconds, peak memory, bytes of the files a CH engine reads."""
    name = extract.name.split(".")[0]
    link = folder / (name + "".join(extract.suffixes[-2:]))
    if not link.exists():
        link.symlink_to(extract.resolve())
    seconds, peak = [], []
    threads = str(os.cpu_count() or 1)
    for command in (
        ["osrm-extract", "-t", threads, "-p", str(WHEEL / "share/profiles/car.lua"), str(link)],
        ["osrm-contract", "-t", threads, str(folder / (name + ".osrm"))],
    ):
        program = WHEEL / "bin" / command[0]
        start = time.perf_counter()
        process = subprocess.Popen([program, *command[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - start)
        peak.append(usage.ru_maxrss / 1024)
        if status:
            sys.exit(f"{command[0]}: {errors.decode(errors='replace')[-500:]}")
    # What osrm-routed maps for contraction hierarchies; the other files are of the preparation or of MLD.
    read = """hsgr datasource_names ebg_nodes edges fileIndex geometry icd maneuver_overrides names nbg_nodes
        properties ramIndex timestamp tld tls turn_duration_penalties turn_weight_penalties""".split()
    files = [folder / f"{name}.osrm.{suffix}" for suffix in read]
    return {
        "extractSeconds": seconds[0],
        "contractSeconds": seconds[1],
        "peakMebibytes": max(peak),
        "fileBytes": sum(f.stat().st_size for f in files if f.exists()),
        "path": str(folder / (name + ".osrm")),
    }


def timed(times: list, call):
    start = time.perf_counter()
    answer = call()
    times.append((time.perf_counter() - start) * 1000)
    return answer


def percentile(values: list, part: float) -> float:
    values = sorted(values)
    return values[min(len(values) - 1, int(part * len(values)))]


def main() -> None:
    extract, folder = Path(sys.argv[1]), Path(sys.argv[2])
    pairs = [tuple(map(float, line.split())) for line in Path(sys.argv[3]).read_text().splitlines()]
    result = {"version": "26.10.0", "preparation": prepare(extract, folder)}
    start = time.perf_counter()
    engine = osrm.OSRM(
        algorithm="CH",
        storage_config=result["preparation"]["path"],
        max_locations_distance_table=5000,
        max_alternatives=1,
        default_radius="unlimited",
        use_shared_memory=False,
    )
    result["openMilliseconds"] = (time.perf_counter() - start) * 1000

    def route(pair, geometry, annotations=()):
        return osrm.RouteParameters(
            coordinates=[pair[:2], pair[2:]],
            annotations=list(annotations),
            overview="full" if geometry else "false",
            geometries="geojson" if geometry else "polyline",
            generate_hints=False,
        )

    snap, plain, drawn, routes = [], [], [], []
    for pair in pairs:
        parameters = osrm.NearestParameters(coordinates=[pair[:2]], generate_hints=False)
        timed(snap, lambda: engine.Nearest(parameters))
    for geometry, times in ((False, plain), (True, drawn)):
        for pair in pairs:
            parameters = route(pair, geometry)
            try:
                answer = timed(times, lambda: engine.Route(parameters))
            except RuntimeError:
                answer = None
            if geometry:
                if answer is None:
                    routes.append(None)
                    continue
                # Asked once more, outside what is timed, which nodes it passes.
                answer = engine.Route(route(pair, True, ["nodes", "weight"]))
                best = answer["routes"][0]
                passed = best["legs"][0]["annotation"]
                places = [list(waypoint["location"]) for waypoint in answer["waypoints"]]
                routes.append(
                    {
                        "metres": float(best["distance"]),
                        "seconds": float(best["duration"]),
                        "from": [float(x) for x in places[0]],
                        "to": [float(x) for x in places[1]],
                        "nodes": [int(node) for node in passed["nodes"]],
                        "weight": float(best["weight"]),
                        "roadsWeight": sum(float(weight) for weight in passed["weight"]),
                    }
                )
    result["snapMicroseconds"] = percentile(snap, 0.5) * 1000
    result["routeMilliseconds"] = {"p50": percentile(plain, 0.5), "p99": percentile(plain, 0.99)}
    result["lineMilliseconds"] = {"p50": percentile(drawn, 0.5), "p99": percentile(drawn, 0.99)}
    result["tables"] = {}
    for size in (100, 500, 1000):
        if len(pairs) < size:
            continue
        parameters = osrm.TableParameters(
            coordinates=[pair[:2] for pair in pairs[:size]],
            annotations=["duration", "distance"],
            generate_hints=False,
        )
        times = []
        for _ in range(5):
            timed(times, lambda: engine.Table(parameters))
        result["tables"][str(size)] = statistics.median(times)
    result["routes"] = routes
    json.dump(result, sys.stdout)


main()
