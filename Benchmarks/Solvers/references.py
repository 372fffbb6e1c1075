#!/usr/bin/env python3
"""Runs other solvers on the matrices it is given and prints what they find.

    references.py < questions > answers

A question is one line of JSON: {"solver", "milliseconds", "count", "matrix": [row-major]},
of whole numbers; with windows also {"open", "close"}, node 0 being start and end; of orienteering {"days", "service",
"score"} too, node 0 being start and end of each day. A tour with windows costs its travel. The answer is one line {"cost" or "score", "milliseconds"}, or {"error"} where the solver is not installed or finds
nothing. Times are of the call alone, on one thread.
"""

import json
import sys
import time


def fast_tsp(question):
    import fast_tsp as solver

    matrix = square(question)
    return lambda: solver.find_tour(matrix, duration_seconds=question["milliseconds"] / 1000)


def lkh(question):
    import elkai

    matrix = elkai.DistanceMatrix(square(question).tolist())
    return lambda: matrix.solve_tsp(runs=1)[:-1]


def ortools_search(routing, question):
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(max(1, question["milliseconds"]))
    return routing.SolveWithParameters(parameters)


def ortools_tour(manager, routing, solution):
    tour, index = [], routing.Start(0)
    while not routing.IsEnd(index):
        tour.append(manager.IndexToNode(index))
        index = solution.Value(routing.NextVar(index))
    return tour


def ortools(question):
    from ortools.constraint_solver import pywrapcp

    matrix = square(question).tolist()
    manager = pywrapcp.RoutingIndexManager(len(matrix), 1, 0)
    routing = pywrapcp.RoutingModel(manager)
    transit = routing.RegisterTransitMatrix(matrix)
    routing.SetArcCostEvaluatorOfAllVehicles(transit)
    if "open" in question:
        end = question["close"][0]
        routing.AddDimension(transit, end, end, False, "time")
        time_of = routing.GetDimensionOrDie("time")
        time_of.CumulVar(routing.Start(0)).SetRange(question["open"][0], end)
        for k in range(1, len(matrix)):
            time_of.CumulVar(manager.NodeToIndex(k)).SetRange(question["open"][k], min(end, question["close"][k]))
    return lambda: ortools_tour(manager, routing, ortools_search(routing, question))


def vroom(question):
    import vroom as solver

    def window(k, name):
        if "open" not in question:
            return {}
        span = solver.TimeWindow(question["open"][k], question["close"][k])
        return {name: span if name == "time_window" else [span]}

    problem = solver.Input()
    problem.set_durations_matrix("car", square(question).astype("uint32"))
    problem.add_vehicle(solver.Vehicle(0, start=0, end=0, **window(0, "time_window")))
    problem.add_job([solver.Job(k, location=k, **window(k, "time_windows")) for k in range(1, question["count"])])

    def run():
        routes = problem.solve(exploration_level=5, nb_threads=1).routes
        return [0] + [int(place) for place, kind in zip(routes["location_index"], routes["type"]) if kind == "job"]

    return run


def pyvrp(question):
    from pyvrp import Model
    from pyvrp.stop import MaxRuntime

    def window(k):
        return {"tw_early": question["open"][k], "tw_late": question["close"][k]} if "open" in question else {}

    matrix = square(question)
    model = Model()
    places = [model.add_location(0, 0) for _ in range(question["count"])]
    model.add_depot(places[0])
    for k in range(1, question["count"]):
        model.add_client(places[k], **window(k))
    model.add_vehicle_type(1, **window(0))
    for a, start in enumerate(places):
        for b, end in enumerate(places):
            if a != b:
                length = int(matrix[a, b])
                model.add_edge(start, end, distance=length, duration=length)

    def run():
        best = model.solve(stop=MaxRuntime(question["milliseconds"] / 1000), seed=1, display=False).best
        return [0] + [activity.idx + 1 for route in best.routes() for activity in route.schedule() if activity.is_client()]

    return run


def pyvrp_orienteering(question):
    from pyvrp import Model
    from pyvrp.stop import MaxRuntime

    times = square(question)
    count = question["count"]
    # A prize outweighs any distance, which is then made least.
    worth = int(times.max()) * (count + question["days"]) + 1
    model = Model()
    places = [model.add_location(0, 0) for _ in range(count)]
    depot = model.add_depot(places[0])
    for k in range(1, count):
        if question["close"][k] < question["open"][k]:
            continue
        model.add_client(
            places[k],
            service_duration=question["service"][k],
            tw_early=max(0, question["open"][k]),
            tw_late=question["close"][k],
            prize=question["score"][k] * worth,
            required=False,
        )
    model.add_vehicle_type(
        question["days"], start_depot=depot, end_depot=depot, tw_early=question["open"][0], tw_late=question["close"][0]
    )
    for a, start in enumerate(places):
        for b, end in enumerate(places):
            if a != b:
                model.add_edge(start, end, distance=int(times[a, b]), duration=int(times[a, b]))

    def run():
        best = model.solve(stop=MaxRuntime(question["milliseconds"] / 1000), seed=1, display=False).best
        return int(best.prizes()) // worth if best.is_feasible() else 0

    return run


def keeps_windows(question, tour):
    """Whether a tour from the opening of its start, as early as can be, comes everywhere in time."""
    matrix, clock = square(question), question["open"][0]
    for a, b in zip(tour, tour[1:] + tour[:1]):
        clock = clock + int(matrix[a, b])
        if b != 0:
            clock = max(clock, question["open"][b])
        if clock > question["close"][b]:
            return False
    return True


def vroom_orienteering(question):
    import vroom as solver

    times = square(question)
    highest = max(question["score"])
    problem = solver.Input()
    problem.set_durations_matrix("car", times.astype("uint32"))
    day = solver.TimeWindow(question["open"][0], question["close"][0])
    problem.add_vehicle([solver.Vehicle(v, start=0, end=0, time_window=day) for v in range(question["days"])])
    problem.add_job(
        [
            # Priorities go to 100.
            solver.Job(
                k,
                location=k,
                default_service=question["service"][k],
                priority=question["score"][k] * 100 // highest,
                time_windows=[solver.TimeWindow(max(0, question["open"][k]), question["close"][k])],
            )
            for k in range(1, question["count"])
            if question["close"][k] >= max(0, question["open"][k])
        ]
    )

    def run():
        routes = problem.solve(exploration_level=5, nb_threads=1).routes
        return sum(question["score"][int(k)] for k, kind in zip(routes["id"], routes["type"]) if kind == "job")

    return run


def ortools_orienteering(question):
    from ortools.constraint_solver import pywrapcp

    times = square(question)
    end = question["close"][0]
    with_service = (times + [[service] for service in question["service"]]).tolist()
    manager = pywrapcp.RoutingIndexManager(len(times), question["days"], 0)
    routing = pywrapcp.RoutingModel(manager)
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix([[0] * len(times) for _ in times]))
    routing.AddDimension(routing.RegisterTransitMatrix(with_service), end, end, False, "time")
    time_of = routing.GetDimensionOrDie("time")
    for k in range(1, len(times)):
        routing.AddDisjunction([manager.NodeToIndex(k)], question["score"][k])
        first, last = max(0, question["open"][k]), min(end, question["close"][k])
        if last < first:
            routing.solver().Add(routing.ActiveVar(manager.NodeToIndex(k)) == 0)
        else:
            time_of.CumulVar(manager.NodeToIndex(k)).SetRange(first, last)
    for vehicle in range(question["days"]):
        time_of.CumulVar(routing.Start(vehicle)).SetMin(question["open"][0])

    def run():
        solution = ortools_search(routing, question)
        return sum(
            question["score"][k]
            for k in range(1, len(times))
            if solution.Value(routing.ActiveVar(manager.NodeToIndex(k)))
        )

    return run


SOLVERS = {"fast-tsp": fast_tsp, "LKH": lkh, "OR-Tools": ortools, "VROOM": vroom, "PyVRP": pyvrp}
ORIENTEERING = {"OR-Tools": ortools_orienteering, "VROOM": vroom_orienteering, "PyVRP": pyvrp_orienteering}


def square(question):
    import numpy

    count = question["count"]
    matrix = numpy.array(question["matrix"], dtype="int64").reshape(count, count)
    numpy.fill_diagonal(matrix, 0)
    return matrix


def answer(question):
    try:
        solvers = ORIENTEERING if "score" in question else SOLVERS
        run = solvers[question["solver"]](question)
    except ImportError as error:
        return {"error": f"not installed: {error}"}
    begin = time.perf_counter()
    tour = run()  # of orienteering: the score
    elapsed = (time.perf_counter() - begin) * 1000
    if "score" in question:
        return {"score": tour, "milliseconds": elapsed}
    if sorted(tour) != list(range(question["count"])):
        return {"error": "no tour"}
    if "open" in question and not keeps_windows(question, tour):
        return {"error": "no tour in time"}
    matrix = square(question)
    cost = sum(int(matrix[a, b]) for a, b in zip(tour, tour[1:] + tour[:1]))
    return {"cost": cost, "milliseconds": elapsed}


for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:  # a solver's failure is its answer
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
