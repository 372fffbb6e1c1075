"""The commands of docs/api.md, one after another, as somebody pastes them: each must be taken."""
import re
import shlex
import subprocess

import pytest
from served import ROOT, serving

TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def commands():
    """The shell blocks cut into commands; the one that signs in is done by the test itself."""
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.S)
    found = []
    for block in blocks[1:]:
        command = ""
        for line in block.splitlines():
            command += line + "\n"
            # A quoted body goes over several lines.
            if command.count("'") % 2 == 0:
                found.append(command.strip())
                command = ""
    return found


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """Runs commands with what the first block of the document sets, on a service of their own: they change it."""
    with serving(tmp_path_factory.mktemp("api")) as served:
        yield runner(served)


def runner(served):
    served.run("user", "add", "paste", "--name", "Paste", "--role", "head")
    token = served.run("token", "create", "paste").strip()
    served.asked = f"""
TOKEN={shlex.quote(token)}
URL={served.address}/api/v1
api() {{ curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" "$@"; }}
"""

    def run(command):
        return subprocess.run(
            ["bash", "-c", f"set -o pipefail\n{served.asked}\n{command}"], capture_output=True, text=True, timeout=120)

    made = run("""api -X POST $URL/tasks -d '{"title":"Calls"}' | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])'""")
    assert made.returncode == 0, made.stdout + made.stderr
    served.asked += f"TASK={made.stdout.strip()}\n"
    return run


def test_the_end_of_a_connection_is_told(served, shell):
    """Planning looks whether its caller is still there, after which the connection carries nothing more."""
    done = shell("""api -X POST $URL/plan -D - -d '{"selection": {"all": true}, "start": "53.9,27.49", "date": "2026-12-01"}'""")
    assert done.returncode == 0 and re.search(r"(?mi)^connection: close\r?$", done.stdout), done.stdout + done.stderr


def test_there_are_commands():
    assert len(commands()) > 10, commands()


@pytest.mark.parametrize("command", commands())
def test_command_is_taken(shell, command):
    done = shell(command)
    assert done.returncode == 0 and done.stdout, f"{command}\n{done.stdout}{done.stderr}"
