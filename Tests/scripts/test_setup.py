"""`make setup` says clearly what only a person can supply, and does nothing when nothing is missing."""
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def setup(**environment):
    return subprocess.run(
        ["bash", str(ROOT / "scripts" / "setup")], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | environment)


def without_swift():
    folders = [p for p in os.environ["PATH"].split(":") if p and not (Path(p) / "swift").exists()]
    return ":".join(folders)


def test_without_a_toolchain_it_says_how_to_get_one():
    done = setup(PATH=without_swift())
    assert done.returncode == 2
    assert "no Swift toolchain" in done.stderr and "6.3" in done.stderr


def test_an_old_toolchain_is_refused(tmp_path):
    swift = tmp_path / "swift"
    swift.write_text("#!/bin/sh\necho 'Swift version 6.2.4 (swift-6.2.4-RELEASE)'\n")
    swift.chmod(0o755)
    done = setup(PATH=f"{tmp_path}:{without_swift()}")
    assert done.returncode == 2
    assert "6.2 is too old" in done.stderr


def test_a_newer_toolchain_is_taken(tmp_path):
    swift = tmp_path / "swift"
    swift.write_text("#!/bin/sh\necho 'Apple Swift version 6.10 (swift-6.10-RELEASE)'\n")
    swift.chmod(0o755)
    done = setup(PATH=f"{tmp_path}:{without_swift()}")
    assert done.returncode == 0, done.stderr


def test_with_everything_in_place_it_is_silent_and_needs_no_network():
    nowhere = "http://127.0.0.1:9"
    done = setup(http_proxy=nowhere, https_proxy=nowhere, HTTP_PROXY=nowhere, HTTPS_PROXY=nowhere)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_changed_web_file_is_noticed(tmp_path):
    """The digests are checked on every run: a file that is not the pinned one is fetched again, or refused."""
    lines = (ROOT / "packages" / "web.txt").read_text().splitlines()
    files = [line.split() for line in lines if line.startswith("file ")]
    assert len(files) == 2
    for _, digest, _, name in files:
        listing = f"{digest}  {name}\n"
        good = subprocess.run(["sha256sum", "-c", "--status"], input=listing, text=True, cwd=ROOT / "web-assets")
        assert good.returncode == 0
        (tmp_path / name).write_bytes((ROOT / "web-assets" / name).read_bytes() + b" ")
        bad = subprocess.run(["sha256sum", "-c", "--status"], input=listing, text=True, cwd=tmp_path)
        assert bad.returncode != 0
