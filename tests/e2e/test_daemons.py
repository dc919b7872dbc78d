"""The programs themselves: commands, configuration, what they refuse."""
import os
import subprocess

import pytest

SERVICES = ("auth", "user", "expense", "deserialize")


def run(stack, service, *arguments, **environment):
    program = stack.replica(service).program
    return subprocess.run([program, *arguments], env={"PATH": os.environ["PATH"], **environment},
                          capture_output=True, text=True, timeout=20)


@pytest.mark.parametrize("service", SERVICES)
def test_commands(stack, service):
    assert "DATABASE_URL" in run(stack, service, "--help").stdout
    assert run(stack, service, "--version").stdout.startswith(f"{service}-service ")
    assert "GET /healthz internal" in run(stack, service, "--print-routes").stdout
    shown = run(stack, service, "--print-config", DATABASE_URL="postgres://u:hunter2@h/d", HTTP_PORT="1",
                KAFKA_BROKERS="k:1").stdout
    assert "hunter2" not in shown and "KAFKA_BROKERS=k:1" in shown
    assert run(stack, service, "--frobnicate").returncode == 2


@pytest.mark.parametrize("service", SERVICES)
def test_bad_environment_is_one_line_and_exit_1(stack, service):
    good = {"DATABASE_URL": "postgres://h/d", "HTTP_PORT": "1", "KAFKA_BROKERS": "k:1"}
    for name, value in (("DATABASE_URL", None), ("KAFKA_BROKERS", ""), ("HTTP_PORT", "eighty"),
                        ("LOG_LEVEL", "loud"), ("WORKER_THREADS", "0"), ("KAFKA_PROPERTIES", "no.such.key=1")):
        environment = {**good, name: value}
        if value is None:
            del environment[name]
        done = run(stack, service, **environment)
        assert done.returncode == 1, (name, value, done.stderr)
        assert name in done.stderr or "no.such.key" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_produced_and_consumed_topics_are_known(stack, kafka, service):
    names = {line.split()[1] for line in run(stack, service, "--print-topics").stdout.splitlines()}
    assert names <= kafka.topics().keys()
