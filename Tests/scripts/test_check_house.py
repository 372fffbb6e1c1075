"""The rules of the house are worth what their check finds: each rule gets a planted breach and an innocent twin."""
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check-house"
LINKS = Path(__file__).resolve().parents[2] / "scripts" / "check-links"
LATER = "TO" + "DO"
HOST = "py" + "pi.org"
HOME = "/ho" + "me/someone/project"


def check(tmp_path, files, script=SCRIPT):
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script), str(tmp_path)], capture_output=True, text=True)
    return done.returncode, done.stdout


BREACHES = {
    "geo imports grdb": ("pure", {"Sources/Geo/A.swift": "import GRDB\n"}),
    "routing imports nio": ("pure", {"Sources/Routing/A.swift": "@preconcurrency import NIOCore\n"}),
    "crm imports hummingbird": ("pure", {"Sources/CRM/A.swift": "public import Hummingbird\n"}),
    "documents imports grdb": ("pure", {"Sources/Documents/A.swift": "import struct GRDB.Row\n"}),
    "crm imports the store": ("import", {"Sources/CRM/A.swift": "import Store\n"}),
    "geo imports the trade": ("import", {"Sources/Geo/A.swift": "  import CRM\n"}),
    "somebody imports planner": ("import", {"Sources/Store/A.swift": "import planner\n"}),
    "a foreign test imports planner": ("import", {"Tests/StoreTests/A.swift": "@testable import planner\n"}),
    "an unknown room": ("import", {"Sources/Attic/A.swift": "let a = 1\n"}),
    "a circle": ("circle", {
        "Sources/CRM/A.swift": "import Store\n", "Sources/Store/B.swift": "import CRM\n"}),
    "a file read in geo": ("files", {"Sources/Geo/Text/A.swift": "let d = try Data(contentsOf: url)\n"}),
    "a file read in routing": ("files", {"Sources/Routing/A.swift": "let m = FileManager.default\n"}),
    "sql in planning": ("sql", {"Sources/Planning/A.swift": 'let q = "SELECT id FROM partner"\n'}),
    "sql over lines": ("sql", {"Sources/Exchange/A.swift": 'let q = """\n  DELETE FROM partner\n  """\n'}),
    "grdb in exchange": ("sql", {"Sources/Exchange/A.swift": "import GRDB\n"}),
    "http in a command": ("http", {"Sources/planner/Commands/A.swift": "import HTTPTypes\n"}),
    "http beside the client": ("http", {"Sources/Outbound/Geocoders/A.swift": "import AsyncHTTPClient\n"}),
    "outbound imports the store": ("import", {"Sources/Outbound/A.swift": "import Store\n"}),
    "html in a command": ("html", {"Sources/planner/Commands/A.swift": 'let p = "<div class=x>"\n'}),
    "mustache in http": ("html", {"Sources/planner/HTTP/A.swift": "import Mustache\n"}),
    "a template elsewhere": ("html", {"Sources/Store/a.mustache": "hello\n"}),
    "a long source": ("size", {"Sources/CRM/A.swift": "// a\n" * 601}),
    "a long test": ("size", {"Tests/CRMTests/A.swift": "// a\n" * 801}),
    "work left": ("unfinished", {"Sources/CRM/A.swift": f"// {LATER}: later\n"}),
    "a stub": ("unfinished", {"Sources/CRM/A.swift": 'fatalError("not ' + 'implemented")\n'}),
    "a machine's path": ("path", {"README.md": f"cd {HOME}\n"}),
    "a registry's host": ("registry", {"docs/a.md": f"see https://{HOST}/simple\n"}),
    "the manifest gives too much": ("manifest", {
        "Package.swift": 'let package = Package(\n  targets: [\n    .target(name: "CRM", dependencies: ["Geo", "Store"]),\n  ]\n)\n'}),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_planted_breach_is_named(tmp_path, name):
    rule, files = BREACHES[name]
    code, out = check(tmp_path, files)
    assert code == 1
    assert rule in out, out


INNOCENT = {
    "comments and words": {"Sources/CRM/A.swift": '// import GRDB\n/* import NIOCore */ let a = "import Store"\n'},
    "sql at home": {"Sources/Store/A.swift": 'import GRDB\nlet q = "SELECT id FROM partner"\n'},
    "the gazetteer reads its files": {"Sources/Geo/Gazetteer/A.swift": "let h = FileHandle.standardError\n"},
    "pages at home": {"Sources/planner/Web/A.swift": 'import Mustache\nlet p = "<p>hello</p>"\n'},
    "http at home": {"Sources/planner/HTTP/A.swift": "import Hummingbird\nimport HTTPTypes\n"},
    "outbound knows roads": {"Sources/Outbound/Routers/A.swift": "import Routing\n"},
    "requests at home": {"Sources/Outbound/Client/A.swift": "import AsyncHTTPClient\nimport NIOCore\n"},
    "planner's own test": {"Tests/plannerTests/A.swift": "@testable import planner\n"},
    "long enough": {"Sources/CRM/A.swift": "// a\n" * 600, "Tests/CRMTests/A.swift": "// a\n" * 800},
    "system paths": {"README.md": "#!/usr/bin/env bash, /etc/hosts, /usr/bin/chromium, https://example.org/work/a\n"},
    "xml that is no page": {"Sources/Exchange/A.swift": 'let x = "<wpt lat=\\"1\\"><name>"\n'},
    "a fair manifest": {
        "Package.swift": 'let package = Package(\n  targets: [\n    .target(name: "CRM", dependencies: ["Geo"]),\n'
        '    .target(\n      name: "Store",\n      dependencies: ["CRM", .product(name: "GRDB", package: "GRDB.swift")]),\n  ]\n)\n'},
}


@pytest.mark.parametrize("name", INNOCENT)
def test_what_is_allowed_is_left_alone(tmp_path, name):
    code, out = check(tmp_path, INNOCENT[name])
    assert (code, out) == (0, "")


def test_every_rule_is_listed_and_has_a_planted_breach():
    listed = subprocess.run([sys.executable, str(SCRIPT), "--rules"], capture_output=True, text=True).stdout
    rules = {line.split()[0] for line in listed.splitlines()}
    assert rules == {rule if rule != "circle" else "import" for rule, _ in BREACHES.values()}


def test_a_dead_link_is_named(tmp_path):
    code, out = check(tmp_path, {"a.md": "[b](b.md) [c](c.md#two) `docs/none.md`\n", "c.md": "# One\n"}, LINKS)
    assert code == 1
    assert out.count("\n") == 3


def test_good_links_pass(tmp_path):
    text = "[c](c.md#one-and-two) [d](#here) [web](https://example.org)\n\n## Here\n\n```\n[x](none.md)\n```\n"
    code, out = check(tmp_path, {"a.md": text, "c.md": "# One and `two`\n"}, LINKS)
    assert (code, out) == (0, "")
