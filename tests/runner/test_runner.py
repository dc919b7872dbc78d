"""A runner that cannot fail proves nothing: these tests make it fail, and demand that it says so."""
import os
import pathlib
import subprocess

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
PASSING = "[ RUN      ] adds\\n[       OK ] adds\\n"
FAILING = "[ RUN      ] subtracts\\n[  FAILED  ] subtracts\\n"


def run(*arguments):
    done = subprocess.run([str(TESTS / "run-tests"), *map(str, arguments)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout.splitlines()[-1], done.stdout


def unit_directory(directory, *programs):
    """A directory whose `make test` runs shell scripts in place of compiled test programs."""
    directory.mkdir()
    names = []
    for number, script in enumerate(programs):
        program = directory / f"unit{number}_test"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        names.append(str(program))
    (directory / "Makefile").write_text(
        f"test:\n\t@{TESTS}/run-unit-tests {directory.name} {' '.join(names)}\n")
    return directory


@pytest.mark.parametrize("program", [
    f"printf '{PASSING}{FAILING}' >&2; exit 1",
    f"printf '{PASSING}{FAILING}' >&2; exit 0",
    f"printf '{PASSING}' >&2; kill -SEGV $$",
    f"printf '{PASSING}' >&2; exit 3",
    "exit 0",
], ids=["fails", "fails but exits 0", "crashes", "exits 3 after passing", "runs no test"])
def test_a_failing_unit_test_is_red(tmp_path, program):
    good = unit_directory(tmp_path / "good", f"printf '{PASSING}'")
    bad = unit_directory(tmp_path / "bad", program, f"printf '{PASSING}'")
    status, verdict, _ = run("--units", bad, good)
    assert status == 1
    assert verdict.endswith(", 1 failed")


def test_a_directory_that_does_not_build_is_red(tmp_path):
    bad = tmp_path / "broken"
    bad.mkdir()
    (bad / "Makefile").write_text("test:\n\t@echo no rule for it; false\n")
    good = unit_directory(tmp_path / "good", f"printf '{PASSING}'")
    assert run("--units", bad, good)[:2] == (1, "1 passed, 1 failed")


def test_a_missing_directory_is_red(tmp_path):
    good = unit_directory(tmp_path / "good", f"printf '{PASSING}'")
    assert run("--units", good, tmp_path / "nowhere")[:2] == (1, "1 passed, 1 failed")


def test_a_failing_suite_test_is_red_whatever_the_units_say(tmp_path):
    good = unit_directory(tmp_path / "good", f"printf '{PASSING}'")
    file = tmp_path / "test_deliberate.py"
    file.write_text("def test_good():\n    pass\ndef test_bad():\n    assert 1 == 2\n")
    assert run("--units", good, "--suite", file)[:2] == (1, "2 passed, 1 failed")


def test_a_suite_that_cannot_be_read_or_is_empty_is_red(tmp_path):
    broken = tmp_path / "test_broken.py"
    broken.write_text("import nothing_of_this_name\n")
    assert run("--suite", broken)[:2] == (1, "0 passed, 1 failed")
    broken.write_text("")
    assert run("--suite", broken)[:2] == (1, "0 passed, 1 failed")


def test_a_failing_fixture_is_red(tmp_path):
    file = tmp_path / "test_fixture.py"
    file.write_text("import pytest\n@pytest.fixture\ndef broken():\n    raise OSError('no')\n"
                    "def test_uses_it(broken):\n    pass\n")
    assert run("--suite", file)[:2] == (1, "0 passed, 1 failed")


def test_all_good_is_green(tmp_path):
    good = unit_directory(tmp_path / "good", f"printf '{PASSING}{PASSING}'")
    file = tmp_path / "test_fine.py"
    file.write_text("def test_fine():\n    pass\n")
    assert run("--units", good, "--suite", file)[:2] == (0, "3 passed, 0 failed")


def test_ci_says_how_it_went_even_without_a_terminal(tmp_path):
    """The line that ends .ci/run comes from the same counts and survives a red step before it."""
    steps = {"lint": "echo lint; exit 1", "test": "echo '7 passed, 0 failed'"}
    (tmp_path / "Makefile").write_text("".join(f"{name}:\n\t@{script}\n" for name, script in steps.items()))
    done = subprocess.run([str(TESTS.parent / ".ci" / "run")], cwd=tmp_path, capture_output=True, text=True,
                          check=False, stdin=subprocess.DEVNULL, env=dict(os.environ, CI="true", CI_TOP=str(tmp_path)))
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "7 passed, 1 failed"
