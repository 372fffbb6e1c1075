#!/usr/bin/env python3
"""Runs VROOM on the problems it is given and prints its answers.

    fleet_references.py < questions > answers

A question is one line of JSON: {"exploration": 0 to 5, "problem": VROOM's input}. The answer is one line
{"milliseconds", "solution": VROOM's output}, or {"error"}. Milliseconds are processor time of the call alone, on one thread.
"""

import json
import sys
import tempfile
import time


def answer(question):
    import vroom

    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(question["problem"], file)
        file.flush()
        problem = vroom.Input.from_json(file.name)
    begin = time.process_time()
    solution = problem.solve(exploration_level=question["exploration"], nb_threads=1)
    elapsed = (time.process_time() - begin) * 1000
    return {"milliseconds": elapsed, "solution": solution.to_dict()}


for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:  # a solver's failure is its answer
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
